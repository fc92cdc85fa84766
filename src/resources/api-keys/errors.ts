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

/** Longshore's own: Atlas has people who own an organization besides its keys. */
export const cannotRemoveLastOrgOwnerKey = defineError(
  'CANNOT_REMOVE_LAST_ORG_OWNER_KEY',
  409,
  (apiUserId: string) =>
    `The API key ${apiUserId} is the last one that owns its organization. ` +
    'Give another API key the role ORG_OWNER first.',
);

/** A role that does not exist, or is none of the scope that it was given in. */
export function invalidRoleName(name: string): ApiError {
  return invalidRoles(`Invalid role name '${name}'. Must be a valid Role name.`);
}

/** An organization that nobody owns could not be helped by anybody. */
export function firstKeyMustOwn(): ApiError {
  return invalidRoles('The first API key of an organization must have the role ORG_OWNER.');
}

function invalidRoles(description: string): ApiError {
  return new ApiError({
    code: 'BAD_REQUEST',
    status: 400,
    detail: 'The request content produced validation errors.',
    fields: [{ field: '_roles', description }],
  });
}
