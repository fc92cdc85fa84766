import { AppError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { BlockReference, SnapshotCollection, SnapshotHeader, SnapshotTotals } from './contract.ts';
import type { CollectionType, ConsistencyLevel, LeftOut } from '../contract.ts';

/** docs/formats/snapshot-repository.md describes the lines. */
const FORMAT = 'longshore-snapshot';
const VERSION = 1;

const MANIFESTS = 'snapshots/';
const SUFFIX = '.jsonl';

/** @throws AppError `SNAPSHOT_NOT_FOUND` for what cannot be an id. */
export function manifestKey(id: string): string {
  if (!isId(id)) throw snapshotNotFound(id);
  return `${MANIFESTS}${id}${SUFFIX}`;
}

export const MANIFESTS_PREFIX = MANIFESTS;

/** Undefined for an object that is no manifest. */
export function idOfManifest(key: string): string | undefined {
  const id = key.slice(MANIFESTS.length, -SUFFIX.length);
  return isId(id) && key === manifestKey(id) ? id : undefined;
}

export function snapshotNotFound(id: string, cause?: unknown): AppError {
  return new AppError({
    code: 'SNAPSHOT_NOT_FOUND',
    message: `the snapshot repository holds no snapshot ${JSON.stringify(id)}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function manifestCorrupt(id: string, reason: string, cause?: unknown): AppError {
  return new AppError({
    code: 'SNAPSHOT_MANIFEST_CORRUPT',
    message: `the manifest of snapshot ${id} is damaged: ${reason}`,
    hint: 'Check the disk or bucket of the repository, and take a new snapshot.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function headerLine(header: SnapshotHeader): string {
  const { id, clusterName, startedAt, mongodbVersion, consistency, leftOut } = header;
  return line({ format: FORMAT, version: VERSION, id, clusterName, startedAt, mongodbVersion, consistency, leftOut });
}

export function collectionLine(collection: SnapshotCollection): string {
  return line({ collection });
}

export function blockLine({ sha256, bytes, documents, storedBytes }: BlockReference): string {
  return line({ block: { sha256, bytes, documents, storedBytes } });
}

/** @param sha256 of all lines before, their line ends included. */
export function endLine(totals: SnapshotTotals, sha256: string): string {
  return line({ end: { ...totals, sha256 } });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** A line of a manifest, with what it says checked. */
export type ManifestLine =
  | { readonly kind: 'header'; readonly header: SnapshotHeader }
  | { readonly kind: 'collection'; readonly collection: SnapshotCollection }
  | { readonly kind: 'block'; readonly block: BlockReference }
  | { readonly kind: 'end'; readonly totals: SnapshotTotals; readonly sha256: string };

/** @throws Error that says what is wrong. */
export function parseManifestLine(text: string): ManifestLine {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error('a line is no JSON object');
  if (isJsonObject(value['block'])) return { kind: 'block', block: parseBlock(value['block']) };
  if (isJsonObject(value['collection']))
    return { kind: 'collection', collection: parseCollection(value['collection']) };
  if (isJsonObject(value['end'])) {
    return { kind: 'end', totals: parseTotals(value['end']), sha256: hash(value['end'], 'sha256') };
  }
  if (value['format'] !== FORMAT) throw new Error('a line is of no known kind');
  if (value['version'] !== VERSION) {
    throw new Error(`it has version ${JSON.stringify(value['version'])}, and this Longshore reads version ${VERSION}`);
  }
  return { kind: 'header', header: parseHeader(value) };
}

function parseHeader(value: JsonObject): SnapshotHeader {
  const consistency = object(value, 'consistency');
  return {
    id: text(value, 'id'),
    clusterName: text(value, 'clusterName'),
    startedAt: count(value, 'startedAt'),
    mongodbVersion: text(value, 'mongodbVersion'),
    consistency: {
      level: oneOf<ConsistencyLevel>(consistency, 'level', ['pointInTime', 'perCollection', 'none']),
      reason: text(consistency, 'reason'),
    },
    leftOut: parseLeftOut(value['leftOut']),
  };
}

/** Manifests of before this key was added have none. */
function parseLeftOut(value: Json = []): readonly LeftOut[] {
  if (!isJsonArray(value)) throw new Error('leftOut is no array');
  return value.map((item) => {
    if (!isJsonObject(item)) throw new Error('leftOut lists something that is no object');
    return { name: text(item, 'name'), reason: text(item, 'reason') };
  });
}

function parseCollection(value: JsonObject): SnapshotCollection {
  const indexes = value['indexes'];
  if (!isJsonArray(indexes) || !indexes.every(isText)) throw new Error('indexes is no array of texts');
  return {
    database: text(value, 'database'),
    name: text(value, 'name'),
    type: oneOf<CollectionType>(value, 'type', ['collection', 'view', 'timeseries']),
    options: text(value, 'options'),
    indexes,
    ...(value['uuid'] === undefined ? {} : { uuid: text(value, 'uuid') }),
    ...(value['documentsAre'] === undefined ? {} : { documentsAre: oneOf(value, 'documentsAre', ['buckets']) }),
    documents: count(value, 'documents'),
    bytes: count(value, 'bytes'),
    blocks: count(value, 'blocks'),
  };
}

function parseBlock(value: JsonObject): BlockReference {
  return {
    sha256: hash(value, 'sha256'),
    bytes: count(value, 'bytes'),
    documents: count(value, 'documents'),
    storedBytes: count(value, 'storedBytes'),
  };
}

function parseTotals(value: JsonObject): SnapshotTotals {
  return {
    collections: count(value, 'collections'),
    blocks: count(value, 'blocks'),
    documents: count(value, 'documents'),
    bytes: count(value, 'bytes'),
    storedBytes: count(value, 'storedBytes'),
  };
}

function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

function text(value: JsonObject, key: string): string {
  const found = value[key];
  if (typeof found !== 'string') throw new Error(`${key} is no text`);
  return found;
}

function hash(value: JsonObject, key: string): string {
  const found = text(value, key);
  if (!/^[0-9a-f]{64}$/.test(found)) throw new Error(`${key} is no SHA-256`);
  return found;
}

function count(value: JsonObject, key: string): number {
  const found = value[key];
  if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < 0) throw new Error(`${key} is no count`);
  return found;
}

function object(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  if (!isJsonObject(found)) throw new Error(`${key} is no object`);
  return found;
}

function oneOf<T extends string>(value: JsonObject, key: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value[key]);
  if (found === undefined) throw new Error(`${key} is none of ${choices.join(', ')}`);
  return found;
}
