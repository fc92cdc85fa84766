import { defineError } from '../../http/index.ts';

export const exportJobNotFound = defineError(
  'EXPORT_JOB_NOT_FOUND',
  404,
  (exportId: string, clusterName: string) => `No export job with ID ${exportId} exists for cluster ${clusterName}.`,
);
export const snapshotNotCompleted = defineError(
  'SNAPSHOT_NOT_COMPLETED',
  400,
  (snapshotId: string) => `The snapshot ${snapshotId} cannot be exported because it is not completed.`,
);
export const snapshotExportInProgress = defineError(
  'SNAPSHOT_EXPORT_IN_PROGRESS',
  409,
  (snapshotId: string) => `The snapshot ${snapshotId} is being exported; try again when the export has ended.`,
);
