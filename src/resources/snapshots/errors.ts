import { defineError } from '../../http/index.ts';

export const snapshotNotFound = defineError(
  'SNAPSHOT_NOT_FOUND',
  404,
  (snapshotId: string, clusterName: string) => `No snapshot with ID ${snapshotId} exists for cluster ${clusterName}.`,
);
export const snapshotNotCompleted = defineError(
  'SNAPSHOT_NOT_COMPLETED',
  400,
  (snapshotId: string) =>
    `The snapshot ${snapshotId} can be neither read, exported nor restored because it is not completed.`,
);
export const archiveNotSent = defineError(
  'ARCHIVE_NOT_SENT',
  400,
  (clusterName: string) =>
    `The cluster ${clusterName} has no source of its own: send an archive of mongodump with each of its snapshots.`,
);
export const invalidArchive = defineError(
  'INVALID_ARCHIVE',
  400,
  (reason: string) => `The archive cannot be taken: ${reason}.`,
);
export const unfinishedOnDemandSnapshot = defineError(
  'UNFINISHED_ON_DEMAND_SNAPSHOT',
  400,
  () => 'The cluster has an on-demand snapshot that is not finished; try again when it is.',
);
export const cannotDeleteInProgressSnapshot = defineError(
  'CANNOT_DELETE_IN_PROGRESS_SNAPSHOT',
  400,
  (snapshotId: string) => `Cannot delete an in progress snapshot ${snapshotId}.`,
);
export const cannotModifyInProgressSnapshotRetention = defineError(
  'CANNOT_MODIFY_IN_PROGRESS_SNAPSHOT_RETENTION',
  400,
  (snapshotId: string) => `Cannot modify the retention of an in progress snapshot ${snapshotId}.`,
);
export const snapshotDatabaseNotFound = defineError(
  'SNAPSHOT_DATABASE_NOT_FOUND',
  404,
  (databaseName: string) => `The snapshot has no database named ${databaseName}.`,
);
export const snapshotCollectionNotFound = defineError(
  'SNAPSHOT_COLLECTION_NOT_FOUND',
  404,
  (collectionName: string, databaseName: string) =>
    `The snapshot has no collection named ${collectionName} in the database ${databaseName}.`,
);
