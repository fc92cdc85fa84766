export type * from './contract.ts';
export { openExportSource, type ExportSourceOptions } from './export-source.ts';
export { parseRenaming } from './names.ts';
export { oplogWindowOf } from './oplog-window.ts';
export { isCovered, lastMomentBefore } from './replay.ts';
export { restore } from './restore.ts';
export { restoreSourceOfSnapshot } from './snapshot-source.ts';
export { AppliedOplogSchema, CollectionsProgressSchema, DocumentsHashSchema, OplogProgressSchema } from './schemas.ts';
