import { createHash } from 'node:crypto';
import { EJSON, serialize, type Document } from 'bson';
import { gzipSync } from 'fflate';

/** A file of the dump: its path below the dump's directory, and its bytes. */
export interface DumpFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** One collection, as `mongodump` would find it. */
export interface SampleCollection {
  readonly database: string;
  readonly name: string;
  readonly type?: 'collection' | 'view' | 'timeseries';
  readonly options?: Document;
  readonly indexes?: readonly Document[];
  /** Whole BSON documents; absent for a view. */
  readonly documents?: readonly Uint8Array[];
  /** Written as `.bson.gz` and `.metadata.json.gz`, as `mongodump --gzip` does. */
  readonly gzip?: boolean;
}

/** The index that every collection has. */
export const idIndex: Document = { v: 2, key: { _id: 1 }, name: '_id_' };

export const toBson = (document: Document): Uint8Array => serialize(document, { ignoreUndefined: false });

/** `mongodump` percent-escapes what a file name cannot hold. */
const fileName = (name: string): string => encodeURIComponent(name).replaceAll('%24', '$');

/** The same 32 digits for the same namespace always, in the place where MongoDB puts random ones. */
const uuidOf = (namespace: string): string => createHash('sha256').update(namespace).digest('hex').slice(0, 32);

/** A collection's files; gzip is written by fflate, which gives the same bytes on every machine, and zlib does not. */
export function collectionFiles(collection: SampleCollection): DumpFile[] {
  const { database, name, type = 'collection', documents, gzip = false } = collection;
  const metadata = {
    indexes: collection.indexes ?? [],
    ...(type === 'view' ? {} : { uuid: uuidOf(`${database}.${name}`) }),
    collectionName: name,
    type,
    ...(collection.options === undefined ? {} : { options: collection.options }),
  };
  const dataName = type === 'timeseries' ? `system.buckets.${name}` : name;
  const files: DumpFile[] = [
    {
      path: `${database}/${fileName(name)}.metadata.json`,
      bytes: Buffer.from(EJSON.stringify(metadata, { relaxed: false })),
    },
  ];
  if (documents !== undefined) {
    files.push({ path: `${database}/${fileName(dataName)}.bson`, bytes: Buffer.concat(documents) });
  }
  return gzip
    ? files.map((file) => ({ path: `${file.path}.gz`, bytes: gzipSync(file.bytes, { level: 9, mtime: 0 }) }))
    : files;
}
