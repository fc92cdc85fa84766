import { defineError, type ApiError } from '../../http/index.ts';

export const clusterNotFound = defineError(
  'CLUSTER_NOT_FOUND',
  404,
  (name: string, groupId: string) => `No cluster named ${name} exists in group ${groupId}.`,
);
export const duplicateClusterName = defineError(
  'DUPLICATE_CLUSTER_NAME',
  400,
  (name: string, groupId: string) => `A cluster named ${name} already exists in group ${groupId}.`,
);
export const clusterNameInvalid = defineError(
  'CLUSTER_NAME_INVALID',
  400,
  (name: string) =>
    `The cluster name ${name} is not valid: it has 1 to 64 letters, digits and hyphens, and no hyphen in front.`,
);
export const invalidClusterConfiguration = defineError(
  'INVALID_CLUSTER_CONFIGURATION',
  400,
  (reason: string) => `The specified cluster configuration is not valid: ${reason}.`,
);
export const clusterAlreadyRequestedDeletion = defineError(
  'CLUSTER_ALREADY_REQUESTED_DELETION',
  400,
  (name: string) => `The cluster ${name} has already been requested for deletion.`,
);
const TERMINATION_PROTECTED =
  'because termination protection is enabled. Disable termination protection and try again.';
export const terminationProtected = defineError<[reason: string]>(
  'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED',
  400,
  () =>
    'Cannot terminate a cluster when termination protection is enabled. Disable termination protection and try again.',
);
/** Returns the error of Atlas, whose parameter is a sentence that names the cluster. */
export const clusterIsProtected = (name: string, groupId: string): ApiError =>
  terminationProtected(`Cannot terminate cluster ${name} in group ${groupId} ${TERMINATION_PROTECTED}`);
export const backupConfigNotFound = defineError(
  'BACKUP_CONFIG_NOT_FOUND',
  404,
  (clusterName: string, groupId: string) =>
    `No backup configuration exists for cluster ${clusterName} in group ${groupId}.`,
);
export const nonFlexCluster = defineError(
  'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API',
  400,
  (name: string) => `Cannot use non-flex cluster ${name} in the flex API.`,
);
