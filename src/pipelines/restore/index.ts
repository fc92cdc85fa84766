export type * from './contract.ts';
export { restoreSourceOfDump } from './dump-source.ts';
export { openExportSource, type ExportSourceOptions } from './export-source.ts';
export { parseRenaming } from './names.ts';
export { describeMoment, isCovered, isEndOfSecond, lastMomentBefore } from './replay.ts';
export { restore } from './restore.ts';
export { restoreSourceOfSnapshot } from './snapshot-source.ts';
export { CollectionsProgressSchema, OplogProgressSchema, RestoreReportSchema } from './schemas.ts';
