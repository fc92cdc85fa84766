import { defineError } from '../../http/index.ts';

export const backupConfigNotFound = defineError(
  'BACKUP_CONFIG_NOT_FOUND',
  404,
  (clusterName: string, groupId: string) =>
    `No backup configuration exists for cluster ${clusterName} in group ${groupId}.`,
);
export const invalidPolicyId = defineError(
  'INVALID_POLICY_ID',
  400,
  (policyId: string) => `The schedule has no policy with ID ${policyId}.`,
);
export const invalidPolicyItemId = defineError(
  'INVALID_POLICY_ITEM_ID',
  400,
  (policyItemId: string) => `The policy has no policy item with ID ${policyItemId}.`,
);
