import type { SnapshotSource, SourceCollection } from '../../contract.ts';
import { readLayout, type DumpDatabase, type DumpFiles } from './directory.ts';
import { invalidDump } from './errors.ts';
import { BUCKETS_PREFIX, unescapeName } from './file-names.ts';
import { readDumpFile } from './files.ts';
import { NO_METADATA, readJson, readMetadata, type DumpMetadata } from './metadata.ts';

/** Of database and collection together: "MongoDB Limits and Thresholds", since MongoDB 4.4. */
const MAX_NAMESPACE_BYTES = 255;

/**
 * Opens a directory that mongodump wrote, with or without --gzip: of a whole deployment, or of one database. The files are
 * looked through now and their documents read later, so they must stay as they are until the source is closed.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`
 */
export async function openMongodumpSource(directory: string): Promise<SnapshotSource> {
  const layout = await readLayout(directory);
  const collections: SourceCollection[] = [];
  for (const database of layout.databases) collections.push(...(await collectionsOf(database)));
  collections.sort((a, b) => compare(a.database, b.database) || compare(a.name, b.name));
  assertNoNameTwice(directory, collections);
  return {
    mongodbVersion: await versionOf(layout.preludes),
    consistency: {
      level: 'none',
      reason: layout.hasOplog
        ? 'mongodump read the collections one after another; what was written meanwhile is in its oplog.bson, which is not applied.'
        : 'mongodump read the collections one after another and kept no oplog: what was written meanwhile may be there in part.',
    },
    collections,
    close: () => Promise.resolve(),
  };
}

async function versionOf(preludes: readonly string[]): Promise<string> {
  for (const path of preludes) {
    const { ServerVersion: version } = (await readJson(path)).value;
    if (typeof version === 'string' && version !== '') return version;
  }
  return 'unknown';
}

async function collectionsOf({ name, files }: DumpDatabase): Promise<SourceCollection[]> {
  const database = unescapeName(name);
  const collections: SourceCollection[] = [];
  for (const [base, found] of files) {
    // The documents of a time series stand under another name than its metadata.
    const seriesBase = base.startsWith(BUCKETS_PREFIX) ? base.slice(BUCKETS_PREFIX.length) : undefined;
    if (seriesBase !== undefined && found.metadata === undefined) {
      if (files.get(seriesBase)?.metadata === undefined) {
        collections.push(describe(database, seriesBase, found, { ...NO_METADATA, type: 'timeseries' }));
      }
      continue;
    }
    const metadata = found.metadata === undefined ? NO_METADATA : await readMetadata(found.metadata);
    const documents =
      metadata.type === 'timeseries'
        ? (files.get(BUCKETS_PREFIX + base)?.documents ?? found.documents)
        : found.documents;
    if (documents === undefined && metadata.type !== 'view') {
      throw invalidDump(found.metadata ?? base, `the file with the documents of ${database}.${base} is missing`);
    }
    collections.push(
      describe(database, base, { ...found, ...(documents === undefined ? {} : { documents }) }, metadata),
    );
  }
  return collections;
}

function describe(database: string, base: string, files: DumpFiles, metadata: DumpMetadata): SourceCollection {
  const { type, options, indexes, uuid, name } = metadata;
  const path = type === 'view' ? undefined : files.documents;
  const collection = name ?? unescapeName(base);
  assertNamespace(`${database}.${collection}`, files.metadata ?? files.documents ?? base);
  return {
    database,
    name: collection,
    type,
    options,
    indexes,
    ...(uuid === undefined ? {} : { uuid }),
    ...(type === 'timeseries' ? { documentsAre: 'buckets' } : {}),
    ...(path === undefined ? {} : { origin: path }),
    documents: (signal) => (path === undefined ? nothing() : readDumpFile(path, signal)),
  };
}

/** Whatever else a name holds can be escaped in the keys of an export. */
function assertNamespace(namespace: string, path: string): void {
  if (!namespace.isWellFormed()) throw invalidDump(path, `the name ${JSON.stringify(namespace)} is not Unicode`);
  const bytes = Buffer.byteLength(namespace);
  if (bytes > MAX_NAMESPACE_BYTES) {
    throw invalidDump(
      path,
      `${namespace} has ${bytes} bytes, more than the ${MAX_NAMESPACE_BYTES} of a name in MongoDB`,
    );
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- an iterable of nothing awaits nothing
async function* nothing(): AsyncGenerator<never> {
  yield* [];
}

function assertNoNameTwice(directory: string, collections: readonly SourceCollection[]): void {
  const seen = new Set<string>();
  for (const { database, name } of collections) {
    const both = JSON.stringify([database, name]);
    if (seen.has(both)) throw invalidDump(directory, `two files are of the collection ${database}.${name}`);
    seen.add(both);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
