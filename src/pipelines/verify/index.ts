export type * from './contract.ts';
export { EXPORTS_FOLDER, findExports } from './find-exports.ts';
export { verifyExport } from './verify.ts';
