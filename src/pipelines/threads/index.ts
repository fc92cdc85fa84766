export type * from './contract.ts';
export { BlockPool, type BlockSession } from './block-pool.ts';
export { mapOrdered, type ByteLimit } from './map-ordered.ts';
