export type * from './contract.ts';
export { readRepositoryId, writeRepositoryId } from './identity.ts';
export { readSnapshotHeader } from './manifest-reader.ts';
export { createSnapshotRepository, openSnapshot } from './repository.ts';
export { SnapshotObjects } from './snapshot-objects.ts';
