export type * from './contract.ts';
export { readRepositoryId, writeRepositoryId } from './identity.ts';
export { createSnapshotRepository } from './repository.ts';
