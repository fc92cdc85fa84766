export type * from './contract.ts';
export { openDownload } from './download.ts';
