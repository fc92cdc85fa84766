export type * from './contract.ts';
export { verifyExport } from './verify.ts';
