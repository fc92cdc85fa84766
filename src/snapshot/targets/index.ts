import type { RestoreTarget } from './contract.ts';
import type { MongodbTargetOptions } from './mongodb/index.ts';

export type * from './contract.ts';
export { compareOplogTimes, oplogTimeOf, type OplogTime } from './oplog-time.ts';
export { dumpPaths, isOplog, metadataText, PRELUDE_FILE, preludeText } from './mongodump/dump-files.ts';
export { openArchiveTarget } from './mongodump/archive-target.ts';
export { openDumpTarget } from './mongodump/dump-target.ts';
export { openStandingDump } from './mongodump/standing-dump.ts';
export type { MongodbTargetOptions };

/** Opens a running deployment, as `mongodb/index.ts` says. MongoDB's driver is loaded here, as by `openMongodbSource`. */
export async function openMongodbTarget(uri: string, options: MongodbTargetOptions): Promise<RestoreTarget> {
  return await (await import('./mongodb/index.ts')).openMongodbTarget(uri, options);
}
