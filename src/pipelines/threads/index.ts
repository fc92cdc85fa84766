export { BlockPool, type BlockJob } from './block-pool.ts';
export type { StoredBlock } from './block-messages.ts';
export { mapOrdered } from './map-ordered.ts';
