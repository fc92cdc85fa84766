import type { Id } from '../../kernel/ids.ts';
import { groupNotFound, userUnauthorized } from '../errors.ts';
import type { Access, Caller } from '../operation.ts';
import { mayInGroup, mayInOrganization } from './roles.ts';

/** The organization of a project, or undefined if there is no such project. */
export type OrganizationOf = (groupId: Id) => Promise<Id | undefined>;

/**
 * Lets the caller in or throws. An organization that does not exist and one where the caller has no role look the same.
 * An operation of organization scope without `:orgId` in its path is checked in the caller's own organization.
 * @throws ApiError `GROUP_NOT_FOUND`, `USER_UNAUTHORIZED`
 */
export async function requireAccess(
  access: Access,
  caller: Caller,
  pathParameters: Readonly<Record<string, string>>,
  organizationOf: OrganizationOf,
): Promise<void> {
  switch (access.scope) {
    case 'authenticated':
      return;
    case 'organization': {
      const orgId = pathParameters['orgId'] ?? caller.orgId;
      if (!mayInOrganization(caller, orgId, access.anyOf)) throw userUnauthorized();
      return;
    }
    case 'group': {
      const groupId = pathParameters['groupId'] ?? '';
      const orgId = await organizationOf(groupId);
      if (orgId === undefined) throw groupNotFound(groupId);
      if (!mayInGroup(caller, { groupId, orgId }, access.anyOf)) throw userUnauthorized();
    }
  }
}
