import type { Id } from '../kernel/ids.ts';
import type { Database } from '../metastore/index.ts';
import type { ApiKeys } from '../resources/api-keys/index.ts';
import type { CloudProviderAccess } from '../resources/cloud-provider-access/index.ts';
import type { Organizations } from '../resources/organizations/index.ts';
import type { Projects } from '../resources/projects/index.ts';

/** The role id in the example of Atlas's reference, so that the printed example works on a fresh server. */
export const FIRST_ROLE_ID: Id = '12345678f901a234dbdb00ca';

/** The rows that a first start creates. They are shown once, because the private key is not stored. */
export interface Bootstrapped {
  readonly orgId: Id;
  readonly groupId: Id;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly roleId: Id;
}

/**
 * Creates an organization, a project, an API key that owns both, and a cloud provider access role in one transaction. A
 * process that is killed before the commit leaves an empty database, and the next start begins anew.
 * @returns undefined if an organization exists.
 */
export async function bootstrap(dependencies: {
  readonly database: Database;
  readonly organizations: Pick<Organizations, 'hasOrganizations' | 'addOrganization'>;
  readonly projects: Pick<Projects, 'addProject'>;
  readonly apiKeys: Pick<ApiKeys, 'addKey'>;
  readonly cloudProviderAccess: Pick<CloudProviderAccess, 'addRole'>;
}): Promise<Bootstrapped | undefined> {
  const { database, organizations, projects, apiKeys, cloudProviderAccess } = dependencies;
  return await database.transaction().execute(async (transaction) => {
    if (await organizations.hasOrganizations(transaction)) return undefined;
    const { id: orgId } = await organizations.addOrganization(transaction, { name: 'Longshore' });
    const { id: groupId } = await projects.addProject(transaction, { orgId, name: 'Project 0' });
    const { publicKey, privateKey } = await apiKeys.addKey(transaction, {
      orgId,
      description: 'made at the first start',
      organizationRoles: ['ORG_OWNER'],
      group: { groupId, roles: ['GROUP_OWNER'] },
    });
    const { id: roleId } = await cloudProviderAccess.addRole(transaction, groupId, { provider: 'AWS' }, FIRST_ROLE_ID);
    return { orgId, groupId, publicKey, privateKey, roleId };
  });
}
