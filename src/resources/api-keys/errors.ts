import { ApiError, defineError } from '../../http/index.ts';

export const apiKeyNotFound = defineError(
  'API_KEY_NOT_FOUND',
  404,
  (apiUserId: string) => `No API key with ID ${apiUserId} exists.`,
);

export const missingApiKeyRoles = defineError(
  'MISSING_API_KEY_ROLES',
  400,
  () => 'An API key needs at least one role.',
);

/** An error of Longshore's own. In Atlas people can own an organization, too; here only API keys can. */
export const cannotRemoveLastOrgOwnerKey = defineError(
  'CANNOT_REMOVE_LAST_ORG_OWNER_KEY',
  409,
  (apiUserId: string) =>
    `The API key ${apiUserId} is the last one that owns its organization. ` +
    'Give another API key the role ORG_OWNER first.',
);

/** The error of an unknown role, or of a role of the other scope. */
export function invalidRoleName(name: string): ApiError {
  return invalidRoles(`Invalid role name '${name}'. Must be a valid Role name.`);
}

/** The error of first credentials without the owner role. Without an owner nobody could manage the organization. */
export function firstCredentialsMustOwn(): ApiError {
  return invalidRoles('The first API key or service account of an organization must have the role ORG_OWNER.');
}

function invalidRoles(description: string): ApiError {
  return new ApiError({
    code: 'BAD_REQUEST',
    status: 400,
    detail: 'The request content produced validation errors.',
    fields: [{ field: '_roles', description }],
  });
}
