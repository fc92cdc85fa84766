import { defineError } from '../../http/index.ts';

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
