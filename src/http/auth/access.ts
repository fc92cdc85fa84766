import type { Id } from '../../kernel/ids.ts';
import { apiKeyAccessListAccessDenied, groupNotFound, userUnauthorized } from '../errors.ts';
import type { Access, Caller } from '../operation.ts';
import { mayInGroup, mayInOrganization } from './roles.ts';

/** Returns the organization of a project; undefined if the project does not exist. */
export type OrganizationOf = (groupId: Id) => Promise<Id | undefined>;

/**
 * Checks that the caller has a role for the operation. Returns the organization that the operation acts on. An organization that does not exist gets the same error as an
 * organization without a role for the caller. If the path has no `:orgId`, organization scope means the caller's own
 * organization.
 * @throws ApiError `GROUP_NOT_FOUND`, `USER_UNAUTHORIZED`, `API_KEY_ACCESS_LIST_ACCESS_DENIED`
 */
export async function requireAccess(
  access: Access,
  caller: Caller,
  pathParameters: Readonly<Record<string, string>>,
  organizationOf: OrganizationOf,
): Promise<Id> {
  switch (access.scope) {
    case 'authenticated':
      return caller.orgId;
    case 'organization': {
      const orgId = pathParameters['orgId'] ?? caller.orgId;
      if (mayInOrganization(caller, orgId, access.anyOf)) return orgId;
      if (access.orApiKeyItself !== true) throw userUnauthorized();
      if (orgId === caller.orgId && pathParameters['apiUserId'] === caller.id) return orgId;
      throw apiKeyAccessListAccessDenied();
    }
    case 'organizationOfGroup':
    case 'group': {
      const groupId = pathParameters['groupId'] ?? '';
      const orgId = await organizationOf(groupId);
      if (orgId === undefined) throw groupNotFound(groupId);
      const may =
        access.scope === 'group'
          ? mayInGroup(caller, { groupId, orgId }, access.anyOf)
          : mayInOrganization(caller, orgId, access.anyOf);
      if (!may) throw userUnauthorized();
      return orgId;
    }
  }
}
