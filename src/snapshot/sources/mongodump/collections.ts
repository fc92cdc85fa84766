import { statSync } from 'node:fs';
import type { LeftOut } from '../../contract.ts';
import type { SourceCollection } from '../contract.ts';
import type { DumpDatabase, DumpFiles } from './directory.ts';
import { invalidDump } from './errors.ts';
import { BUCKETS_PREFIX, dumpFileBase, isShortened, unescapeName } from './file-names.ts';
import { readDumpFile } from './files.ts';
import { NO_METADATA, readMetadata, type DumpMetadata } from './metadata.ts';

/** The limit for database and collection together: "MongoDB Limits and Thresholds", since MongoDB 4.4. */
const MAX_NAMESPACE_BYTES = 255;

/** The files with one base of their names. */
interface Entry extends DumpFiles {
  readonly base: string;
  readonly described: DumpMetadata;
}

/**
 * Finds the collections in a database's directory. Every file with documents belongs to one of them.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`
 */
export async function collectionsOf({ name: database, files }: DumpDatabase): Promise<{
  readonly collections: readonly SourceCollection[];
  readonly leftOut: readonly LeftOut[];
}> {
  const entries = new Map<string, Entry>();
  for (const [base, found] of files) {
    const described = found.metadata === undefined ? NO_METADATA : await readMetadata(found.metadata);
    entries.set(base, { base, ...found, described });
  }
  const collections: SourceCollection[] = [];
  const leftOut: LeftOut[] = [];
  for (const entry of entries.values()) {
    if (entry.described.type !== 'timeseries') continue;
    const name = nameOf(entry);
    const buckets = entries.get(dumpFileBase(BUCKETS_PREFIX + name)) ?? entries.get(BUCKETS_PREFIX + entry.base);
    if (buckets?.documents !== undefined && entry.documents !== undefined) {
      throw invalidDump(
        entry.documents,
        `belongs to nothing: the buckets of ${database}.${name} are in ${buckets.documents}`,
      );
    }
    if (buckets?.metadata !== undefined) {
      leftOut.push({
        name: `${database}/${buckets.base}.metadata.json`,
        reason: `the time series ${name} has metadata of its own`,
      });
    }
    entries.delete(entry.base);
    if (buckets !== undefined) entries.delete(buckets.base);
    const documents = buckets?.documents ?? entry.documents;
    collections.push(describe(database, name, { ...entry, ...(documents === undefined ? {} : { documents }) }));
  }
  for (const entry of entries.values()) {
    collections.push(
      isBuckets(entry) ? describeLostSeries(database, entry, files) : describe(database, nameOf(entry), entry),
    );
  }
  return { collections, leftOut };
}

/**
 * @throws AppError `INVALID_DUMP` for a name that is not Unicode, and for a shortened file name if no metadata have the
 * full name.
 */
function nameOf({ base, described, documents, metadata }: Entry): string {
  const { name = isShortened(base) ? undefined : unescapeName(base) } = described;
  const path = metadata ?? documents ?? base;
  if (name === undefined) {
    throw invalidDump(path, 'has a shortened name, and no metadata say what the collection is called');
  }
  if (!name.isWellFormed())
    throw invalidDump(path, `is of a collection whose name ${JSON.stringify(name)} is not Unicode`);
  if (isShortened(base) && dumpFileBase(name) !== base) {
    throw invalidDump(path, `does not have the shortened name of the collection ${name}, which its metadata name`);
  }
  return name;
}

/**
 * Whether the documents belong to a time series whose metadata were not found. Such metadata have another file name.
 */
function isBuckets({ base, metadata }: Entry): boolean {
  return base.startsWith(BUCKETS_PREFIX) && metadata === undefined;
}

function describeLostSeries(database: string, entry: Entry, files: DumpDatabase['files']): SourceCollection {
  const name = nameOf(entry).slice(BUCKETS_PREFIX.length);
  const seriesBase = entry.base.slice(BUCKETS_PREFIX.length);
  if (files.has(seriesBase)) {
    throw invalidDump(entry.documents ?? entry.base, `belongs to nothing: ${database}.${name} is not a time series`);
  }
  return describe(database, name, { ...entry, described: { ...NO_METADATA, type: 'timeseries' } });
}

/** The size of a file that is not zipped. A file that cannot be read is an error when it is read. */
function sizeOf(path: string): { readonly bytes?: number } {
  const size = path.endsWith('.gz') ? undefined : statSync(path, { throwIfNoEntry: false })?.size;
  return size === undefined ? {} : { bytes: size };
}

function describe(database: string, name: string, { documents: path, metadata, described }: Entry): SourceCollection {
  const { type } = described;
  const namespace = `${database}.${name}`;
  assertNamespace(namespace, metadata ?? path ?? namespace);
  if (path === undefined && type !== 'view') {
    throw invalidDump(metadata ?? namespace, `describes ${namespace}, and there is no file with its documents`);
  }
  if (path !== undefined && type === 'view') {
    throw invalidDump(path, `belongs to nothing: ${namespace} is a view, which has no documents`);
  }
  return dumpedCollection(database, name, described, {
    ...(path === undefined ? { bytes: 0 } : { origin: path, ...sizeOf(path) }),
    documents: (signal) => (path === undefined ? nothing() : readDumpFile(path, signal)),
  });
}

/**
 * Makes the collection of a dump from its metadata. mongodump writes the buckets of a time series in every form of dump.
 */
export function dumpedCollection(
  database: string,
  name: string,
  { type, options, indexes, uuid, holdsMeasurements }: DumpMetadata,
  content: Pick<SourceCollection, 'origin' | 'documents' | 'bytes'>,
): SourceCollection {
  return {
    database,
    name,
    type,
    options,
    indexes,
    ...(uuid === undefined ? {} : { uuid }),
    ...(type === 'timeseries' && holdsMeasurements !== true ? { documentsAre: 'buckets' } : {}),
    ...content,
  };
}

/** Refuses names that MongoDB does not allow. Other names can be escaped in the keys of an export. */
export function assertNamespace(namespace: string, path: string): void {
  const bytes = Buffer.byteLength(namespace);
  if (bytes > MAX_NAMESPACE_BYTES) {
    throw invalidDump(
      path,
      `is of ${namespace}, whose name has ${bytes} bytes, more than the ${MAX_NAMESPACE_BYTES} of a name in MongoDB`,
    );
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- an iterable of nothing awaits nothing
async function* nothing(): AsyncGenerator<never> {
  yield* [];
}
