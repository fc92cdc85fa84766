export type * from './contract.ts';
export { createSnapshotRepository } from './repository.ts';
