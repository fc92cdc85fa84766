import type { SnapshotSource } from './contract.ts';
import type { MongodbSourceOptions } from './mongodb/index.ts';

export type * from './contract.ts';
export { connectionStringFault, parseConnectionString, type ConnectionString } from './mongodb/connection-string.ts';
export { openMongodumpArchive } from './mongodump/archive/index.ts';
export { ArchiveUploads } from './mongodump/archive/uploads.ts';
export { holdsDump } from './mongodump/directory.ts';
export { parseMetadata } from './mongodump/metadata.ts';
export { openMongodumpSource } from './mongodump/index.ts';
export { BUCKETS_PREFIX, dumpFileBase } from './mongodump/file-names.ts';
export { Crc64 } from './mongodump/archive/crc64.ts';
export { readDumpFile } from './mongodump/files.ts';
export { readMetadata } from './mongodump/metadata.ts';

export type { MongodbSourceOptions };

/**
 * Opens a running deployment, as `mongodb/index.ts` says. The driver is loaded here, because it takes 12 MiB and a server may read
 * nothing but dumps.
 */
export async function openMongodbSource(uri: string, options?: MongodbSourceOptions): Promise<SnapshotSource> {
  return await (await import('./mongodb/index.ts')).openMongodbSource(uri, options);
}
