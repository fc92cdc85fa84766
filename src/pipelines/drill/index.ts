export type * from './contract.ts';
export { drillExport, isDamage } from './drill.ts';
