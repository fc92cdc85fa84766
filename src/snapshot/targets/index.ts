export type * from './contract.ts';
export { dumpPaths, metadataText, PRELUDE_FILE, preludeText } from './mongodump/dump-files.ts';
