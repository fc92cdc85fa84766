export type * from './contract.ts';
export { connectionStringFault, parseConnectionString, type ConnectionString } from './mongodb/connection-string.ts';
export { openMongodbSource, type MongodbSourceOptions } from './mongodb/index.ts';
export { openMongodumpArchive } from './mongodump/archive/index.ts';
export { ArchiveUploads } from './mongodump/archive/uploads.ts';
export { openMongodumpSource } from './mongodump/index.ts';
export { BUCKETS_PREFIX, dumpFileBase } from './mongodump/file-names.ts';
