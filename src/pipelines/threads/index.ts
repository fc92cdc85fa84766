export type * from './contract.ts';
export { BlockPool, type BlockSession } from './block-pool.ts';
export { mapOrdered } from './map-ordered.ts';
