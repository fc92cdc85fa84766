export type * from './contract.ts';
export { openExportSource, type ExportSourceOptions } from './export-source.ts';
export { parseRenaming } from './names.ts';
export { restore } from './restore.ts';
export { restoreSourceOfSnapshot } from './snapshot-source.ts';
export { CollectionsProgressSchema, DocumentsHashSchema } from './schemas.ts';
