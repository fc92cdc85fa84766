import { messageOf } from '../../../kernel/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { elementTexts, memberTexts, type JsonText } from '../../../kernel/json-text.ts';
import type { CollectionType } from '../../contract.ts';
import { invalidDump } from './errors.ts';
import { readDumpText } from './files.ts';

/** What a `.metadata.json` says. Options and indexes are kept as they stand there: Extended JSON. */
export interface DumpMetadata {
  readonly type: CollectionType;
  readonly options: JsonText;
  readonly indexes: readonly JsonText[];
  readonly uuid?: string;
  /** The collection's name where the dump says it; a file name may be a shortened one. */
  readonly name?: string;
}

/** Of a collection that has no `.metadata.json`, as mongodump writes for some system collections. */
export const NO_METADATA: DumpMetadata = { type: 'collection', options: '{}', indexes: [] };

/** @throws AppError `INVALID_DUMP` */
export async function readMetadata(path: string): Promise<DumpMetadata> {
  const text = await readDumpText(path);
  // mongorestore takes an empty file as none.
  return text === '' ? NO_METADATA : parseMetadata(path, text);
}

/** @throws AppError `INVALID_DUMP` */
export function parseMetadata(path: string, text: string): DumpMetadata {
  const metadata = parseJson(path, text);
  const texts = memberTexts(text);
  const options = metadata['options'] ?? {};
  if (!isJsonObject(options)) throw invalidDump(path, 'options is no object');
  const indexes = metadata['indexes'] ?? [];
  if (!isJsonArray(indexes) || !indexes.every(isJsonObject)) throw invalidDump(path, 'indexes is no array of objects');
  const { uuid, collectionName } = metadata;
  return {
    type: typeOf(metadata, options),
    options: (isJsonObject(metadata['options']) ? texts.get('options') : undefined) ?? '{}',
    indexes: elementTexts((isJsonArray(metadata['indexes']) ? texts.get('indexes') : undefined) ?? '[]'),
    ...(typeof uuid === 'string' && /^[0-9a-f]{32}$/i.test(uuid) ? { uuid: uuid.toLowerCase() } : {}),
    ...(typeof collectionName === 'string' && collectionName !== '' ? { name: collectionName } : {}),
  };
}

/** A JSON file of a dump that holds an object. */
export async function readJson(path: string): Promise<JsonObject> {
  return parseJson(path, await readDumpText(path));
}

function parseJson(path: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidDump(path, `is no JSON (${messageOf(cause)})`, cause);
  }
  if (!isJsonObject(value)) throw invalidDump(path, 'holds no JSON object');
  return value;
}

/**
 * Dumps of old versions name no type, but the options of a view and of a time series tell them. `mongodump
 * --viewsAsCollections` calls a view one and leaves its definition out: what it writes are the documents of a collection.
 */
function typeOf(metadata: JsonObject, options: JsonObject): CollectionType {
  if (options['viewOn'] !== undefined) return 'view';
  if (metadata['type'] === 'timeseries' || options['timeseries'] !== undefined) return 'timeseries';
  return 'collection';
}

function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
