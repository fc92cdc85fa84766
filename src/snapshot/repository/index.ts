export type * from './contract.ts';
export { readRepositoryId, writeRepositoryId } from './identity.ts';
export { createSnapshotRepository, openSnapshot } from './repository.ts';
export { SnapshotObjects } from './snapshot-objects.ts';
