export type * from './contract.ts';
export { findExports } from './find-exports.ts';
export { verifyExport } from './verify.ts';
