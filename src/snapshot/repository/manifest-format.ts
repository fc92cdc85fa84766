import { Type } from 'typebox';
import { AppError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { isJsonObject } from '../../kernel/json.ts';
import { Count, jsonReader, Sha256 } from '../../kernel/json-reader.ts';
import type { BadValueReason } from '../../extjson/index.ts';
import { MAX_DOCUMENT_BYTES } from '../blocks/index.ts';
import type { BlockReference, SnapshotCollection, SnapshotHeader, SnapshotTotals } from './contract.ts';
import type { CollectionType, ConsistencyLevel } from '../contract.ts';

/** docs/formats/snapshot-repository.md describes the lines. */
const FORMAT = 'longshore-snapshot';
const VERSION = 1;

const MANIFESTS = 'snapshots/';
const SUFFIX = '.jsonl';

/** @throws AppError `SNAPSHOT_NOT_FOUND` for a text that cannot be an id. */
export function manifestKey(id: string): string {
  if (!isId(id)) throw snapshotNotFound(id);
  return `${MANIFESTS}${id}${SUFFIX}`;
}

export const MANIFESTS_PREFIX = MANIFESTS;

/** Returns the id; undefined for an object that is not a manifest. */
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
    hint:
      'Check the disk or bucket of the repository, take a new snapshot, and delete the damaged one: no space is freed in the ' +
      'repository until it is deleted.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function headerLine(header: SnapshotHeader): string {
  const { id, clusterName, startedAt, mongodbVersion, consistency, leftOut, badValues } = header;
  const facts = { id, clusterName, startedAt, mongodbVersion, consistency, leftOut, badValues };
  return line({ format: FORMAT, version: VERSION, ...facts });
}

export function collectionLine(collection: SnapshotCollection): string {
  return line({ collection });
}

export function blockLine({ sha256, bytes, documents, storedBytes }: BlockReference): string {
  return line({ block: { sha256, bytes, documents, storedBytes } });
}

/** @param sha256 of all lines before, with their line ends. */
export function endLine(totals: SnapshotTotals, sha256: string): string {
  return line({ end: { ...totals, sha256 } });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** A checked line of a manifest. */
export type ManifestLine =
  | { readonly kind: 'header'; readonly header: SnapshotHeader }
  | { readonly kind: 'collection'; readonly collection: SnapshotCollection }
  | { readonly kind: 'block'; readonly block: BlockReference }
  | { readonly kind: 'end'; readonly totals: SnapshotTotals; readonly sha256: string };

/** Manifests that were written before captures checked documents lack both. */
const FindingCounts = { badDocuments: Type.Optional(Count), lookAlikes: Type.Optional(Count) };
const NOTHING_FOUND = { badDocuments: 0, lookAlikes: 0 };

/** The schemas that manifests and checkpoints share. */
export const LEFT_OUT = Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }));
export const BAD_VALUE = {
  _id: Type.Optional(Type.String()),
  field: Type.String(),
  reason: Type.Enum(['invalidUtf8', 'oldBinaryLength'] satisfies BadValueReason[]),
};
export const COLLECTION_INFO = {
  database: Type.String(),
  name: Type.String(),
  type: Type.Enum(['collection', 'view', 'timeseries'] satisfies CollectionType[]),
  options: Type.String(),
  indexes: Type.Array(Type.String()),
  uuid: Type.Optional(Type.String()),
  documentsAre: Type.Optional(Type.Literal('buckets')),
};

const readHeader = jsonReader(
  Type.Object({
    id: Type.String(),
    clusterName: Type.String(),
    startedAt: Count,
    mongodbVersion: Type.String(),
    consistency: Type.Object({
      level: Type.Enum(['pointInTime', 'perCollection', 'none'] satisfies ConsistencyLevel[]),
      reason: Type.String(),
    }),
    /** Manifests of earlier versions lack this key. */
    leftOut: Type.Optional(LEFT_OUT),
    /** Manifests of earlier versions lack this key. */
    badValues: Type.Optional(Type.Array(Type.Object({ collection: Type.String(), ...BAD_VALUE }))),
  }),
);

const readCollection = jsonReader(
  Type.Object({
    collection: Type.Object({
      ...COLLECTION_INFO,
      documents: Count,
      bytes: Count,
      blocks: Count,
      ...FindingCounts,
    }),
  }),
);

/** A block is larger than `MAX_BLOCK_BYTES` only if it is one document. */
const BlockBytes = Type.Integer({ minimum: 0, maximum: MAX_DOCUMENT_BYTES });

const readBlock = jsonReader(
  Type.Object({ block: Type.Object({ sha256: Sha256, bytes: BlockBytes, documents: Count, storedBytes: Count }) }),
);

const readEnd = jsonReader(
  Type.Object({
    end: Type.Object({
      collections: Count,
      blocks: Count,
      documents: Count,
      bytes: Count,
      storedBytes: Count,
      ...FindingCounts,
      sha256: Sha256,
    }),
  }),
);

/** @throws Error if the line is not valid. */
export function parseManifestLine(text: string): ManifestLine {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error('a line is not a JSON object');
  if ('block' in value) return { kind: 'block', block: readBlock(value).block };
  if ('collection' in value) {
    return { kind: 'collection', collection: { ...NOTHING_FOUND, ...readCollection(value).collection } };
  }
  if ('end' in value) {
    const { sha256, ...totals } = readEnd(value).end;
    return { kind: 'end', totals: { ...NOTHING_FOUND, ...totals }, sha256 };
  }
  if (value['format'] !== FORMAT) throw new Error('a line is of no known kind');
  if (value['version'] !== VERSION) {
    throw new Error(`it has version ${JSON.stringify(value['version'])}, and this Longshore reads version ${VERSION}`);
  }
  const { id, clusterName, startedAt, mongodbVersion, consistency, leftOut = [], badValues = [] } = readHeader(value);
  return { kind: 'header', header: { id, clusterName, startedAt, mongodbVersion, consistency, leftOut, badValues } };
}
