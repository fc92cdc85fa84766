export type * from './contract.ts';
export { claimObject } from './claim.ts';
export { folderTaken } from './errors.ts';
export { contentsOfExport, whyNotExported } from './contents.ts';
export { exportSnapshot, writePermissionCheck } from './export.ts';
export { parseExportObject } from './export-object.ts';
export { EXPORTS_FOLDER, exportKeys, type ExportKeys } from './keys.ts';
export { unescapeKeyPart } from './key-part.ts';
