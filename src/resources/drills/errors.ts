import { defineError } from '../../http/index.ts';

export const drillNotFound = defineError(
  'DRILL_NOT_FOUND',
  404,
  (drillId: string, clusterName: string) => `No drill with ID ${drillId} exists for cluster ${clusterName}.`,
);
export const nothingToDrill = defineError(
  'NO_SUCCESSFUL_EXPORT',
  400,
  (clusterName: string) => `The cluster ${clusterName} has no successful export, so there is nothing to drill.`,
);
export const drillInProgress = defineError(
  'DRILL_IN_PROGRESS',
  409,
  (clusterName: string) => `A drill of the cluster ${clusterName} is in progress; try again when it has ended.`,
);
export const drillTargetInvalid = defineError(
  'DRILL_TARGET_INVALID',
  400,
  (clusterName: string) =>
    `The cluster ${clusterName} cannot be drilled on: it is registered as a dump, or it is the cluster whose export is drilled.`,
);
export const drillScheduleNotFound = defineError(
  'DRILL_SCHEDULE_NOT_FOUND',
  404,
  (clusterName: string) => `The drills of the cluster ${clusterName} have no schedule.`,
);
export const snapshotDrillInProgress = defineError(
  'SNAPSHOT_DRILL_IN_PROGRESS',
  409,
  (snapshotId: string) => `The snapshot ${snapshotId} is being compared by a drill; try again when it has ended.`,
);
