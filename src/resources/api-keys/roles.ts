import {
  isGroupRole,
  isOrganizationRole,
  mayInGroup,
  mayInOrganization,
  userUnauthorized,
  type Caller,
} from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import { firstCredentialsMustOwn, invalidRoleName, missingApiKeyRoles } from './errors.ts';

/**
 * Checks the names of organization roles and removes duplicates.
 * @throws ApiError `MISSING_API_KEY_ROLES`, `BAD_REQUEST`
 */
export function organizationRoles(names: readonly string[]): readonly string[] {
  return checked(names, isOrganizationRole);
}

/** Checks the roles of the first credentials of an organization in the same way. Without ORG_OWNER, nobody could ever manage it. */
export function ownerRoles(names: readonly string[]): readonly string[] {
  const roles = organizationRoles(names);
  if (!roles.includes('ORG_OWNER')) throw firstCredentialsMustOwn();
  return roles;
}

/** Checks the names of project roles in the same way. */
export function groupRoles(names: readonly string[]): readonly string[] {
  return checked(names, isGroupRole);
}

function checked(names: readonly string[], isRole: (name: string) => boolean): readonly string[] {
  if (names.length === 0) throw missingApiKeyRoles();
  const unknown = names.find((name) => !isRole(name));
  if (unknown !== undefined) throw invalidRoleName(unknown);
  return [...new Set(names)];
}

/** Checks that the caller holds the roles itself, because nobody may give or take other roles. @throws ApiError `USER_UNAUTHORIZED` */
export function requireHeldInOrganization(caller: Caller, orgId: Id, names: readonly string[]): void {
  if (!names.every((name) => mayInOrganization(caller, orgId, [name]))) throw userUnauthorized();
}

/** Checks the same for project roles. @throws ApiError `USER_UNAUTHORIZED` */
export function requireHeldInGroup(
  caller: Caller,
  group: { readonly groupId: Id; readonly orgId: Id },
  names: readonly string[],
): void {
  if (!names.every((name) => mayInGroup(caller, group, [name]))) throw userUnauthorized();
}
