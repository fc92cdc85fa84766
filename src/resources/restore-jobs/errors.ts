import { defineError } from '../../http/index.ts';

export const restoreJobNotFound = defineError(
  'RESTORE_JOB_NOT_FOUND',
  404,
  (restoreJobId: string) => `No restore job with ID ${restoreJobId} exists.`,
);
export const restoreJobFinished = defineError(
  'RESTORE_JOB_FINISHED',
  400,
  (restoreJobId: string) => `The restore job ${restoreJobId} cannot be cancelled because it has ended.`,
);
export const restoreTargetInvalid = defineError(
  'RESTORE_TARGET_INVALID',
  400,
  (clusterName: string) =>
    `The cluster ${clusterName} cannot be restored to: it is registered as a dump, and not as a running deployment.`,
);
export const restoreTargetInUse = defineError(
  'RESTORE_TARGET_IN_USE',
  409,
  (clusterName: string) =>
    `A restore to the cluster ${clusterName} is in progress; try again when it has ended, or cancel it.`,
);
export const restoreSourceNotFound = defineError(
  'RESTORE_SOURCE_NOT_FOUND',
  404,
  (address: string, groupId: string) =>
    `${address} is neither in an export bucket of the project ${groupId} nor the absolute path of a dump.`,
);
export const restoreSourceInvalid = defineError(
  'RESTORE_SOURCE_INVALID',
  400,
  (address: string) =>
    `${address} names no folder of an export bucket: its parts must be names, and neither . nor .. nor control characters.`,
);
export const snapshotRestoreInProgress = defineError(
  'SNAPSHOT_RESTORE_IN_PROGRESS',
  409,
  (snapshotId: string) => `Restore jobs still use the snapshot ${snapshotId}; try again later, or cancel them.`,
);
export const pointInTimeNotAvailable = defineError(
  'POINT_IN_TIME_RESTORE_NOT_AVAILABLE',
  400,
  (snapshotOrCluster: string) =>
    `${snapshotOrCluster} cannot be restored to that point in time, because no oplog of it has that moment.`,
);
export const snapshotHasNoOplog = defineError(
  'SNAPSHOT_HAS_NO_OPLOG',
  400,
  (snapshotId: string) => `The snapshot ${snapshotId} holds no oplog that could be applied.`,
);
