import { Project, dated } from '../support/project.ts';
import type { Service } from '../support/service.ts';
import type { PermittedDifference } from './compare.ts';
import { newClusterScenarios } from './new-cluster-scenarios.ts';
import { backupScenarios } from './backup-scenarios.ts';
import { addCluster, LISTING, newProject, projectWith, UNKNOWN_ID, type Scenario } from './scenario.ts';

// --- API keys

const KEYS = (service: Service) => `/api/atlas/v2/orgs/${service.orgId}/apiKeys`;

async function newOrganizationKey(service: Service, desc: string): Promise<string> {
  const body = { desc, roles: ['ORG_READ_ONLY'] };
  const reply = await service.client.send({
    method: 'POST',
    target: KEYS(service),
    headers: dated('2023-01-01'),
    body,
  });
  return reply.string('/id');
}

async function newProjectKey(project: Project, desc: string, role: string): Promise<string> {
  return (await project.send('POST', '/apiKeys', { desc, roles: [role] })).string('/id');
}

const apiKeys: Record<string, Scenario> = {
  'TestAtlasOrgAPIKeyAccessList POST 200': {
    request: (service) =>
      Promise.resolve({
        target: KEYS(service),
        headers: dated('2023-01-01'),
        body: { desc: 'e2e-test-helper', roles: ['ORG_READ_ONLY'] },
      }),
  },
  'TestAtlasOrgAPIKeyAccessList DELETE 204': {
    request: async (service) => ({
      target: `${KEYS(service)}/${await newOrganizationKey(service, 'to be deleted')}`,
      headers: dated('2023-01-01'),
    }),
  },
  'TestAtlasOrgAPIKeys/Describe GET 200': {
    request: async (service) => ({
      target: `${KEYS(service)}/${await newOrganizationKey(service, 'e2e-test-atlas-org-updated')}`,
      headers: dated('2023-01-01'),
    }),
  },
  'TestAtlasOrgAPIKeys/List GET 200': {
    request: async (service) => {
      const { orgId, client } = await service.newOrganization('List');
      const target = `/api/atlas/v2/orgs/${orgId}/apiKeys`;
      for (const [desc, roles] of [
        ['another', ['ORG_MEMBER', 'ORG_OWNER']],
        ['e2e-test-atlas-org', ['ORG_READ_ONLY']],
      ] as const)
        await client.send({ method: 'POST', target, headers: dated('2023-01-01'), body: { desc, roles } });
      return { client, target: `${target}?includeCount=true&pageNum=1&itemsPerPage=2`, headers: dated('2023-01-01') };
    },
    permitted: [
      {
        at: '/links',
        kind: 'length',
        because: 'the organization has the key that made it, too, so that the page of two has a next one',
      },
    ],
  },
  'TestAtlasOrgAPIKeys/Update PATCH 200': {
    request: async (service) => ({
      target: `${KEYS(service)}/${await newOrganizationKey(service, 'before')}`,
      headers: dated('2023-01-01'),
      body: { desc: 'e2e-test-atlas-org-updated', roles: ['ORG_READ_ONLY'] },
    }),
  },
  'TestAtlasProjectAPIKeys/Create POST 200': {
    request: async (service) => ({
      target: (await newProject(service)).path('/apiKeys'),
      headers: dated('2023-01-01'),
      body: { desc: 'e2e-test', roles: ['GROUP_READ_ONLY'] },
    }),
  },
  'TestAtlasProjectAPIKeys/Assign PATCH 200': {
    request: async (service) => {
      const project = await newProject(service);
      const id = await newProjectKey(project, 'e2e-test', 'GROUP_READ_ONLY');
      return {
        target: project.path(`/apiKeys/${id}`),
        headers: dated('2023-01-01'),
        body: { roles: ['GROUP_DATA_ACCESS_READ_ONLY'] },
      };
    },
  },
  'TestAtlasProjectAPIKeys/List GET 200': {
    request: async (service) => {
      const project = await newProject(service);
      await newProjectKey(project, 'another', 'GROUP_READ_ONLY');
      await newProjectKey(project, 'e2e-test', 'GROUP_DATA_ACCESS_READ_ONLY');
      return { target: project.path(`/apiKeys${LISTING}`), headers: dated('2023-01-01') };
    },
  },
  'TestAtlasProjectAPIKeys/Delete DELETE 204': {
    request: async (service) => {
      const project = await newProject(service);
      const id = await newProjectKey(project, 'e2e-test', 'GROUP_READ_ONLY');
      return { target: project.path(`/apiKeys/${id}`), headers: dated('2023-01-01') };
    },
  },
};

// --- Access lists

const accessListOf = async (service: Service, ...addresses: readonly string[]): Promise<string> => {
  const list = `${KEYS(service)}/${await newOrganizationKey(service, 'with a list')}/accessList`;
  const body = addresses.map((ipAddress) => ({ ipAddress }));
  if (addresses.length > 0)
    await service.client.send({ method: 'POST', target: list, headers: dated('2023-01-01'), body });
  return list;
};

const ADDRESS = '192.168.0.243';

const addToProject = (more: object): Scenario => ({
  request: async (service) => ({
    target: (await newProject(service)).path(`/accessList${LISTING}`),
    headers: dated('2023-01-01'),
    body: [{ ipAddress: ADDRESS, comment: 'test', ...more }],
  }),
});

const listedInProject = (rest: string): Scenario => ({
  request: async (service) => {
    const project = await newProject(service);
    await project.send('POST', '/accessList', [{ ipAddress: ADDRESS, comment: 'test' }]);
    return { target: project.path(`/accessList${rest}`), headers: dated('2023-01-01') };
  },
});

const accessLists: Record<string, Scenario> = {
  'TestAtlasOrgAPIKeyAccessList/Create POST 200': {
    request: async (service) => ({
      target: `${await accessListOf(service)}${LISTING}`,
      headers: dated('2023-01-01'),
      body: [{ ipAddress: '192.168.0.229' }],
    }),
  },
  'TestAtlasOrgAPIKeyAccessList/List GET 200': {
    request: async (service) => ({
      target: `${await accessListOf(service, '192.168.0.229')}${LISTING}`,
      headers: dated('2023-01-01'),
    }),
  },
  'TestAtlasOrgAPIKeyAccessList/Delete#01 DELETE 204': {
    request: async (service) => ({
      target: `${await accessListOf(service, '192.168.0.229')}/192.168.0.229`,
      headers: dated('2023-01-01'),
    }),
  },
  'TestAccessList/Create_Delete_After POST 201': addToProject({
    deleteAfterDate: new Date(Date.now() + 300_000).toISOString(),
  }),
  'TestAccessList/Create_Forever POST 201': addToProject({}),
  'TestAccessList/Create_with_CurrentIp GET 200': {
    request: () => Promise.resolve({ target: '/api/private/ipinfo' }),
    permitted: [{ at: '/currentIpv4Address', kind: 'value', because: 'the recording has another client' }],
  },
  'TestAccessList/Delete#01 DELETE 204': listedInProject(`/${ADDRESS}`),
  'TestAccessList/Describe GET 200': listedInProject(`/${ADDRESS}`),
  'TestAccessList/List GET 200': listedInProject(LISTING),
};

// --- Refusals without credentials: the path is not even looked at

const bare = (template: string): Scenario => ({
  request: (service) =>
    Promise.resolve({
      client: service.stranger,
      target: template.replace('{groupId}', service.groupId).replaceAll(/\{\w+\}/g, 'Cluster0'),
      headers: dated('2023-01-01'),
    }),
});

const authentication: Record<string, Scenario> = {
  'TestSetupFailureFlow/Invalid_Private_Key GET 401': bare('/api/private/ipinfo'),
  'TestSetupFailureFlow/Invalid_Private_Key POST 401': bare('/api/atlas/v2/groups/{groupId}/databaseUsers'),
  'TestSetupFailureFlow POST 401': bare('/api/atlas/v2/groups'),
  'TestSetup/Check_accessListIp_was_correctly_added GET 401': bare('/api/atlas/v2/groups/{groupId}/accessList'),
  'TestSetup DELETE 401': bare('/api/atlas/v2/groups/{groupId}/clusters/{clusterName}'),
  'TestSetup/Describe_Cluster GET 401': bare('/api/atlas/v2/groups/{groupId}/clusters/{clusterName}'),
  'TestSetup/Describe_DB_User GET 401': bare('/api/atlas/v2/groups/{groupId}/databaseUsers/{database}/{username}'),
  'TestSetup/Run POST 401': bare('/api/atlas/v2/groups/{groupId}/accessList'),
  'TestSetup/Run POST 401 (2)': bare('/api/atlas/v2/groups/{groupId}/clusters'),
};

// --- Cloud provider access

const authorizedAtOnce = (under: string): PermittedDifference => ({
  at: `${under}/authorizedDate`,
  kind: 'value',
  because: 'where buckets are directories, a role has nothing to wait for: it is authorized when it is made',
});

const cloudProviderAccess: Record<string, Scenario> = {
  'TestAccessRoles/Create POST 200': {
    permitted: [authorizedAtOnce('')],
    request: async (service) => ({
      target: (await newProject(service)).path('/cloudProviderAccess'),
      headers: dated('2023-01-01'),
      body: { providerName: 'AWS' },
    }),
  },
  'TestAccessRoles/List GET 200': {
    permitted: [authorizedAtOnce('/awsIamRoles/0')],
    request: async (service) => {
      const project = await newProject(service);
      await project.role();
      return { target: project.path('/cloudProviderAccess'), headers: dated('2023-01-01') };
    },
  },
};

// --- Clusters

/** A dump has no address, and what Longshore cannot know or do of a deployment it does not claim. */
const asRegistered = (under: string, more: readonly string[]): PermittedDifference[] => [
  ...['standard', 'standardSrv'].map((name) => ({
    at: `${under}/connectionStrings/${name}`,
    kind: 'absent' as const,
    because: 'a cluster that is a mongodump directory has no address',
  })),
  {
    at: `${under}/backupEnabled`,
    kind: 'value',
    because: 'snapshots can be taken of every registered cluster; the recorded one had them switched off',
  },
  ...more.map((name) => ({
    at: `${under}/${name}`,
    kind: name === 'tags' ? ('length' as const) : ('value' as const),
    because: 'the recorded cluster was made with it',
  })),
];

const clusters: Record<string, Scenario> = {
  'TestExportJobs GET 404': {
    request: async (service) => ({
      target: (await newProject(service)).path('/clusters/cluster-989'),
      headers: dated('2024-08-05'),
    }),
  },
  'TestExportJobs GET 200': {
    permitted: asRegistered('', ['pitEnabled', 'stateName']),
    request: async (service) => ({
      target: (await projectWith(service, 'cluster-989')).path('/clusters/cluster-989'),
      headers: dated('2024-08-05'),
    }),
  },
  'TestExportJobs DELETE 202': {
    request: async (service) => ({
      target: (await projectWith(service, 'cluster-989')).path('/clusters/cluster-989'),
      headers: dated('2023-02-01'),
    }),
  },
  'TestClustersFlags/Describe GET 200': {
    permitted: asRegistered('', ['tags', 'terminationProtectionEnabled']),
    request: async (service) => ({
      target: (await projectWith(service, 'cluster-712')).path('/clusters/cluster-712'),
      headers: dated('2023-02-01'),
    }),
  },
  'TestClustersFlags/List GET 200': {
    permitted: asRegistered('/results/0', ['tags', 'terminationProtectionEnabled']),
    request: async (service) => ({
      target: (await projectWith(service, 'cluster-712')).path(
        '/clusters?includeCount=true&includeDeletedWithRetainedBackups=false&pageNum=1&itemsPerPage=100',
      ),
      headers: dated('2023-02-01'),
    }),
  },
};

const nonFlex = (cluster: string, rest: string): Scenario => ({
  request: async (service) => ({
    target: (await projectWith(service, cluster)).path(`/flexClusters/${cluster}${rest}`),
    headers: dated('2024-11-13'),
  }),
});

/** The Atlas CLI asks the flex API first and falls back on these errors. */
const flexClusters: Record<string, Scenario> = {
  'TestExportJobs/Watch_snapshot_creation GET 400': nonFlex('cluster-989', `/backup/snapshots/${UNKNOWN_ID}`),
  'TestRestores/Restores_Describe GET 400': nonFlex('backupRestores-305', `/backup/restoreJobs/${UNKNOWN_ID}`),
  'TestRestores/Restores_List GET 400': nonFlex('backupRestores-305', `/backup/restoreJobs${LISTING}`),
  'TestRestores/Watch_snapshot_creation GET 400': nonFlex('backupRestores-305', `/backup/snapshots/${UNKNOWN_ID}`),
  'TestSnapshots/List GET 400': nonFlex('cluster-209', `/backup/snapshots${LISTING}`),
  'TestFlexBackup/Delete_flex_cluster GET 404': {
    request: async (service) => ({
      target: (await newProject(service)).path('/flexClusters/cluster-833'),
      headers: dated('2024-11-13'),
    }),
  },
};

// --- Export buckets

const createBucket: Scenario = {
  request: async (service) => {
    const project = await newProject(service);
    return {
      target: project.path('/backup/exportBuckets'),
      headers: dated('2024-05-30'),
      body: { bucketName: 'test-bucket', cloudProvider: 'AWS', iamRoleId: await project.role() },
    };
  },
};

const exportBuckets: Record<string, Scenario> = {
  'TestExportBuckets/Create POST 200': createBucket,
  'TestExportJobs/Create_bucket POST 200': createBucket,
  'TestExportBuckets/Describe GET 200': {
    request: async (service) => {
      const project = await newProject(service);
      const id = await project.bucket('test-bucket');
      return { target: project.path(`/backup/exportBuckets/${id}`), headers: dated('2024-05-30') };
    },
  },
  'TestExportBuckets/List GET 200': {
    request: async (service) => {
      const project = await newProject(service);
      const role = await project.role();
      for (let count = 0; count < 101; count++) await project.bucket('test-bucket', role);
      return { target: project.path(`/backup/exportBuckets${LISTING}`), headers: dated('2024-05-30') };
    },
  },
  'TestExportBuckets/Delete DELETE 204': {
    request: async (service) => {
      const project = await newProject(service);
      const id = await project.bucket('test-bucket');
      return { target: project.path(`/backup/exportBuckets/${id}`), headers: dated('2024-05-30') };
    },
  },
};

// --- Organizations and groups

const location: PermittedDifference = {
  at: 'header:Location',
  kind: 'absent',
  because: 'Atlas names the root of v1.0, with a doubled slash; no client reads it',
};

const createGroup = (name: string, tags?: unknown): Scenario => ({
  permitted: [location],
  request: (service) =>
    Promise.resolve({
      target: '/api/atlas/v2/groups',
      headers: dated('2023-01-01'),
      body: { name, orgId: service.orgId, tags },
    }),
});

const TAGS = [
  { key: 'env', value: 'e2e' },
  { key: 'prod', value: 'false' },
];

const OTHER_TAGS = [
  { key: 'env', value: 'e2e' },
  { key: 'app', value: 'cli' },
];

/** The organization is separate, because names are unique within one. */
async function taggedProject(service: Service, name: string, tags: unknown): Promise<Project> {
  const { orgId, client } = await service.newOrganization('Tags');
  const body = { name, orgId, tags };
  const exchange = { method: 'POST', target: '/api/atlas/v2/groups', headers: dated('2023-01-01'), body };
  return new Project(client, orgId, (await client.send(exchange)).string('/id'));
}

const organizationsAndGroups: Record<string, Scenario> = {
  'TestAtlasOrgs/Describe GET 200': {
    request: async (service) => {
      const { orgId, client } = await service.newOrganization('Atlas CLI E2E');
      return { client, target: `/api/atlas/v2/orgs/${orgId}`, headers: dated('2023-01-01') };
    },
  },
  'TestAtlasOrgs/List GET 200': {
    request: async (service) => ({
      client: (await service.newOrganization('Atlas CLI E2E')).client,
      target: '/api/atlas/v2/orgs?includeCount=true&name=&pageNum=1&itemsPerPage=100',
      headers: dated('2023-01-01'),
    }),
  },
  'TestAutogeneratedCommands POST 201': createGroup('AutogeneratedCommands-e2e-424'),
  'TestAtlasProjects/Create POST 201': createGroup('e2e-proj-939', TAGS),
  'TestRestores DELETE 202': {
    request: async (service) => ({ target: (await newProject(service)).path(''), headers: dated('2023-01-01') }),
  },
  'TestAtlasProjects/List GET 200': {
    request: async (service) => {
      const { orgId, client } = await service.newOrganization('List');
      for (const name of ['Atlas CLI E2E', 'AutogeneratedCommands-e2e-424'])
        await addCluster(service, await Project.create(client, orgId, name), 'Cluster0');
      return { client, target: `/api/atlas/v2/groups${LISTING}`, headers: dated('2023-01-01') };
    },
  },
  'TestAtlasProjects/Describe GET 200': {
    request: async (service) => {
      const project = await taggedProject(service, 'e2e-proj-939', TAGS);
      return { client: project.client, target: project.path(''), headers: dated('2023-01-01') };
    },
  },
  'TestAtlasProjects/Update_setNameAndTags PATCH 200': {
    request: async (service) => {
      const project = await taggedProject(service, 'before', TAGS);
      return {
        client: project.client,
        target: project.path(''),
        headers: dated('2023-01-01'),
        body: { name: 'e2e-proj-939-updated', tags: OTHER_TAGS },
      };
    },
  },
  'TestAtlasProjects/Update_resetTags PATCH 200': {
    request: async (service) => {
      const project = await taggedProject(service, 'e2e-proj-939-updated', OTHER_TAGS);
      return { client: project.client, target: project.path(''), headers: dated('2023-01-01'), body: { tags: [] } };
    },
  },
  'TestAtlasProjects/Update_resetTags GET 200': {
    request: async (service) => {
      const project = await taggedProject(service, 'e2e-proj-939-updated', undefined);
      return { client: project.client, target: project.path(''), headers: dated('2023-01-01') };
    },
  },
};

const DEFAULT_VERSION: Scenario = {
  request: (service) =>
    Promise.resolve({ client: service.stranger, target: '/api/private/unauth/nds/defaultMongoDBMajorVersion' }),
};

const settings = (body?: unknown): Scenario => ({
  permitted: [
    { at: 'header:Location', kind: 'absent', because: 'no client follows it, and it leads to the root of v1.0' },
  ],
  request: async (service) => ({
    target: (await newProject(service)).path('/settings'),
    headers: dated('2023-01-01'),
    ...(body === undefined ? {} : { body }),
  }),
});

const rest: Record<string, Scenario> = {
  'TestExportJobs GET 200 (2)': DEFAULT_VERSION,
  'TestRestores GET 200': DEFAULT_VERSION,
  'TestProjectSettings/Describe GET 200': settings(),
  'TestProjectSettings PATCH 200': settings({ isCollectDatabaseSpecificsStatisticsEnabled: false }),
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  ...apiKeys,
  ...accessLists,
  ...authentication,
  ...cloudProviderAccess,
  ...clusters,
  ...flexClusters,
  ...exportBuckets,
  ...backupScenarios,
  ...organizationsAndGroups,
  ...newClusterScenarios,
  ...rest,
};
