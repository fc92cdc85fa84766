export type * from './contract.ts';
export { hashBlock, packBlock, unpackBlock } from './block-format.ts';
export { createSnapshotRepository } from './repository.ts';
