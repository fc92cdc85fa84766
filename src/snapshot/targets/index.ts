export type * from './contract.ts';
export { dumpPaths, metadataText, PRELUDE_FILE, preludeText } from './mongodump/dump-files.ts';
export { openMongodbTarget, type MongodbTargetOptions } from './mongodb/index.ts';
