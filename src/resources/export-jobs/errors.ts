import { defineError } from '../../http/index.ts';

export const exportJobNotFound = defineError(
  'EXPORT_JOB_NOT_FOUND',
  404,
  (exportId: string, clusterName: string) => `No export job with ID ${exportId} exists for cluster ${clusterName}.`,
);
export const exportJobHasEnded = defineError(
  'EXPORT_JOB_HAS_ENDED',
  409,
  (exportId: string, state: string) => `The export job ${exportId} cannot be cancelled because it is ${state}.`,
);
export const exportJobCompleting = defineError(
  'EXPORT_JOB_COMPLETING',
  409,
  (exportId: string) =>
    `The export job ${exportId} cannot be cancelled because every object is written and .complete is on its way.`,
);
export const exportJobInProgress = defineError(
  'EXPORT_JOB_IN_PROGRESS',
  409,
  (exportId: string) => `The export job ${exportId} has not ended; cancel it first.`,
);
export const exportIsComplete = defineError(
  'EXPORT_IS_COMPLETE',
  409,
  (exportId: string) =>
    `The objects of the export job ${exportId} are not removed because it was successful; delete the job without them.`,
);
export const exportObjectsUnreachable = defineError(
  'EXPORT_OBJECTS_UNREACHABLE',
  400,
  (exportId: string) => `The objects of the export job ${exportId} can be neither listed nor removed.`,
);
export const snapshotExportInProgress = defineError(
  'SNAPSHOT_EXPORT_IN_PROGRESS',
  409,
  (snapshotId: string) => `The snapshot ${snapshotId} is being exported; try again when the export has ended.`,
);
