import { createHash } from 'node:crypto';
import { AppError, messageOf } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { isMissingObject } from '../../object-store/errors.ts';
import type { CollectionInfo } from '../../snapshot/contract.ts';
import { parseMetadata } from '../../snapshot/sources/index.ts';
import { exportKeys } from '../export/index.ts';
import { parseManifest, presentKey, type Manifest, type ManifestObject } from '../verify/index.ts';
import type { RestoreCollection, RestoreSource } from './contract.ts';
import { exportDamaged, noExportIn } from './errors.ts';
import { listCollections, type ExportedCollection } from './export-objects.ts';
import { readObjects } from './read-export.ts';

export interface ExportSourceOptions {
  readonly store: ObjectStore;
  /** The place of the export, without a slash at either end; empty for the top of the store. */
  readonly prefix: string;
  /** The address of the bucket in reports, without secrets. */
  readonly address: string;
  /** Whether an export without `.complete` is restored, which was not finished or was copied without its dot-files. */
  readonly allowIncomplete?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens an export for a restore: one of Longshore with its `.manifest.json`, or one in Atlas's layout without it. With a manifest every
 * object is compared with its SHA-256 while it is read.
 * @throws AppError `NO_EXPORT_FOUND`, `EXPORT_NOT_COMPLETE`, `EXPORT_DAMAGED`, and what the store throws.
 */
export async function openExportSource(options: ExportSourceOptions): Promise<RestoreSource> {
  const { store, prefix, address, allowIncomplete = false, signal } = options;
  const keys = exportKeys(prefix);
  const exported = await listCollections(store, prefix, signal);
  if (exported.length === 0) throw noExportIn(address, prefix);
  const complete = await textAt(store, keys.complete, signal);
  if (complete === undefined && !allowIncomplete) throw notComplete(keys.complete);
  const manifestText = await textAt(store, keys.manifest, signal);
  const manifest = manifestText === undefined ? undefined : readManifest(keys.manifest, manifestText);
  const objects = new Map(
    manifest?.objects.map((object): [string, ManifestObject] => [presentKey(object.key, prefix) ?? object.key, object]),
  );
  const collections: RestoreCollection[] = [];
  for (const each of exported) collections.push(await openCollection(each, options, { manifest, objects }));
  requireAll(objects, exported);
  const listed = exported.flatMap(({ data }) => data.map(({ key, bytes }) => `${key.slice(prefix.length)} ${bytes}`));
  return {
    description: prefix === '' ? address : `${prefix} of ${address}`,
    identity: `export ${sha256(manifestText ?? `${complete ?? ''}\n${listed.join('\n')}`)}`,
    collections,
    leftOut: manifest?.leftOut ?? [],
  };
}

interface ManifestParts {
  readonly manifest: Manifest | undefined;
  /** By their present keys. */
  readonly objects: ReadonlyMap<string, ManifestObject>;
}

async function openCollection(
  { database, name: folder, metadata, data }: ExportedCollection,
  { store, signal }: ExportSourceOptions,
  { manifest, objects }: ManifestParts,
): Promise<RestoreCollection> {
  const text = metadata === undefined ? undefined : await textAt(store, metadata, signal);
  if (text !== undefined) requireSame(metadata, text, objects);
  const { type, options, indexes, uuid, name = folder } = readMetadata(metadata ?? folder, text ?? '');
  const known = manifest?.collections.find((each) => each.database === database && each.name === name);
  const info: CollectionInfo = {
    ...{ database, name, type, options, indexes },
    ...(uuid === undefined ? {} : { uuid }),
    ...(known?.documentsAre === undefined ? {} : { documentsAre: known.documentsAre }),
  };
  return {
    ...info,
    ...(known === undefined ? {} : { documents: known.documents }),
    bytes: data.reduce((sum, { bytes }) => sum + bytes, 0),
    blocks: (skipped, blocksOptions) => readObjects({ store, data, objects, skipped }, blocksOptions),
  };
}

/** @throws AppError `EXPORT_DAMAGED` */
function readMetadata(key: string, text: string): ReturnType<typeof parseMetadata> {
  try {
    return parseMetadata(key, text);
  } catch (thrown) {
    throw exportDamaged(key, messageOf(thrown), thrown);
  }
}

function requireSame(key = '', text: string, objects: ManifestParts['objects']): void {
  const expected = objects.get(key);
  if (expected !== undefined && sha256(text) !== expected.sha256) {
    throw exportDamaged(key, 'its content is not what was written: the SHA-256 differs');
  }
}

/** Every object that the manifest lists must be there. */
function requireAll(objects: ManifestParts['objects'], exported: readonly ExportedCollection[]): void {
  const present = new Set(exported.flatMap(({ metadata, data }) => [metadata, ...data.map(({ key }) => key)]));
  for (const key of objects.keys()) if (!present.has(key)) throw exportDamaged(key, 'it is missing');
}

function readManifest(key: string, text: string): Manifest {
  try {
    return parseManifest(text);
  } catch (thrown) {
    throw exportDamaged(key, messageOf(thrown), thrown);
  }
}

async function textAt(store: ObjectStore, key: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return Buffer.from(await store.get(key, { signal })).toString('utf8');
  } catch (thrown) {
    if (isMissingObject(thrown)) return undefined;
    throw thrown;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function notComplete(key: string): AppError {
  return new AppError({
    code: 'EXPORT_NOT_COMPLETE',
    message: `${key} is missing, so the export was not finished, or was copied without its dot-files`,
    hint: 'Restore another export. If you know that this one was finished, give --allow-incomplete.',
  });
}
