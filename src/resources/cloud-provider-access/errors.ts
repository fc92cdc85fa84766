import { defineError } from '../../http/index.ts';

export const cloudProviderAccessRoleNotFound = defineError(
  'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND',
  404,
  (roleId: string) => `No cloud provider access role with ID ${roleId} exists.`,
);

export const cloudProviderAccessRoleNotAuthorized = defineError(
  'CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED',
  400,
  (roleId: string) =>
    `The cloud provider access role ${roleId} is not authorized yet. Authorize it with an IAM role first.`,
);

/** @param role the id of a cloud provider access role, or the ARN of an IAM role. */
export const cannotAssumeRole = defineError(
  'CANNOT_ASSUME_ROLE',
  400,
  (role: string) => `Atlas cannot assume the specified role (${role}).`,
);

/** A code of Longshore's own, because Atlas's code is not documented. */
export const cloudProviderAccessRoleInUse = defineError(
  'CLOUD_PROVIDER_ACCESS_ROLE_IN_USE',
  409,
  (roleId: string) =>
    `The cloud provider access role ${roleId} cannot be removed while export buckets use it. Delete those first.`,
);
