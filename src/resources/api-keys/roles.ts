import {
  isGroupRole,
  isOrganizationRole,
  mayInGroup,
  mayInOrganization,
  userUnauthorized,
  type Caller,
} from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import { invalidRoleName, missingApiKeyRoles } from './errors.ts';

/**
 * The names as organization roles, each once.
 * @throws ApiError `MISSING_API_KEY_ROLES`, `BAD_REQUEST`
 */
export function organizationRoles(names: readonly string[]): readonly string[] {
  return checked(names, isOrganizationRole);
}

/** The same for project roles. */
export function groupRoles(names: readonly string[]): readonly string[] {
  return checked(names, isGroupRole);
}

function checked(names: readonly string[], isRole: (name: string) => boolean): readonly string[] {
  if (names.length === 0) throw missingApiKeyRoles();
  const unknown = names.find((name) => !isRole(name));
  if (unknown !== undefined) throw invalidRoleName(unknown);
  return [...new Set(names)];
}

/** Nobody gives or takes what he does not hold. @throws ApiError `USER_UNAUTHORIZED` */
export function requireHeldInOrganization(caller: Caller, orgId: Id, names: readonly string[]): void {
  if (!names.every((name) => mayInOrganization(caller, orgId, [name]))) throw userUnauthorized();
}

/** The same for project roles. */
export function requireHeldInGroup(
  caller: Caller,
  group: { readonly groupId: Id; readonly orgId: Id },
  names: readonly string[],
): void {
  if (!names.every((name) => mayInGroup(caller, group, [name]))) throw userUnauthorized();
}
