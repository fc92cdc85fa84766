import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';

/** What `.manifest.json` says of one object. */
export interface ManifestObject {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly documents: number;
}

/** @throws Error that says what is wrong with the text. */
export function parseManifest(text: string): readonly ManifestObject[] {
  const manifest = parseObject(text);
  if (manifest['format'] !== 'longshore-export') throw new Error('it is not the manifest of an export');
  if (manifest['version'] !== 1) {
    throw new Error(`it has version ${JSON.stringify(manifest['version'])}, and this Longshore reads version 1`);
  }
  const { objects, totals } = manifest;
  if (!isJsonArray(objects)) throw new Error('it lists no objects');
  const parsed = objects.map(parseManifestObject);
  if (!isJsonObject(totals)) throw new Error('it has no totals');
  if (count(totals, 'files') !== parsed.length) throw new Error('its total of files is not what it lists');
  const documents = parsed.reduce((sum, object) => sum + object.documents, 0);
  if (count(totals, 'documents') !== documents) throw new Error('its total of documents is not what it lists');
  return parsed;
}

/** How many files `.complete` says there are. @throws Error that says what is wrong with the text. */
export function parseComplete(text: string): number {
  return count(parseObject(text), 'totalFiles');
}

function parseManifestObject(value: Json): ManifestObject {
  if (!isJsonObject(value)) throw new Error('it lists something that is no object');
  const { key, sha256 } = value;
  if (typeof key !== 'string' || typeof sha256 !== 'string') throw new Error('it lists an object without key or hash');
  return { key, sha256, bytes: count(value, 'bytes'), documents: count(value, 'documents') };
}

function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error('it is no JSON object');
  return value;
}

function count(value: JsonObject, key: string): number {
  const found = value[key];
  if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < 0) throw new Error(`${key} is no count`);
  return found;
}

function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
