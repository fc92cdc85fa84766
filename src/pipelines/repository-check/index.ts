export type * from './contract.ts';
export { checkRepository } from './check.ts';
