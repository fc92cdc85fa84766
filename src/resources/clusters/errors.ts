import { defineError } from '../../http/index.ts';

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
export const nonFlexCluster = defineError(
  'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API',
  400,
  (name: string) => `Cannot use non-flex cluster ${name} in the flex API.`,
);
