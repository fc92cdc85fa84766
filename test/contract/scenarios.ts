import type { DigestClient, Exchange } from '../support/digest-client.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { Project, dated } from '../support/project.ts';
import type { Service } from '../support/service.ts';
import type { PermittedDifference } from './compare.ts';

/** How a recorded exchange is repeated. */
interface Scenario {
  /**
   * Creates what the recording needs, and returns the request, and its sender if that is not the owner of everything.
   */
  request(service: Service): Promise<Omit<Exchange, 'method'> & { readonly client?: DigestClient }>;
  readonly permitted?: readonly PermittedDifference[];
}

const UNKNOWN_ID = '111111111111111111111111';
const LISTING = '?includeCount=true&pageNum=1&itemsPerPage=100';

let groups = 0;
/** A project of the scenario's own, so that none sees another's rows. */
const newProject = (service: Service) => Project.create(service.client, service.orgId, `scenario ${++groups}`);

async function addCluster(service: Service, project: Project, name: string): Promise<void> {
  const dump = service.scratch(`dump-${project.groupId}`);
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await project.cluster(name, dump);
}

/** A project with the cluster of the recording. */
async function projectWith(service: Service, cluster: string): Promise<Project> {
  const project = await newProject(service);
  await addCluster(service, project, cluster);
  return project;
}

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

// --- Snapshots

type SnapshotState = Parameters<Service['setSnapshot']>[1];

/** A snapshot that was taken, with its row put back to an earlier moment. */
const snapshotAt = (
  cluster: string,
  state: SnapshotState | undefined,
  permitted: readonly PermittedDifference[] = [],
): Scenario => ({
  permitted,
  request: async (service) => {
    const project = await projectWith(service, cluster);
    const id = await project.completedSnapshot(cluster);
    if (state !== undefined) await service.setSnapshot(id, state);
    return { target: project.path(`/clusters/${cluster}/backup/snapshots/${id}`), headers: dated('2023-01-01') };
  },
});

const createSnapshot = (cluster: string): Scenario => ({
  request: async (service) => ({
    target: (await projectWith(service, cluster)).path(`/clusters/${cluster}/backup/snapshots`),
    headers: dated('2023-01-01'),
    body: { description: 'test-snapshot', retentionInDays: 1 },
  }),
});

const UNKNOWN_YET = { status: 'inProgress', mongodb_version: null, storage_size_bytes: 0, completed_at: null } as const;
const VERSION_KNOWN = { ...UNKNOWN_YET, mongodb_version: '8.0.29' } as const;

const oneStepEarlier: PermittedDifference = {
  at: '/cloudProvider',
  kind: 'extra',
  because: 'Atlas told the version first and the provider later; Longshore learns both in one step',
};

const snapshots: Record<string, Scenario> = {
  'TestExportJobs/Create_snapshot POST 200': createSnapshot('cluster-989'),
  'TestRestores/Create_snapshot POST 200': createSnapshot('backupRestores-305'),
  'TestExportJobs/Watch_snapshot_creation GET 200': snapshotAt('cluster-989', UNKNOWN_YET),
  'TestExportJobs/Watch_snapshot_creation GET 200 (2)': snapshotAt('cluster-989', VERSION_KNOWN, [oneStepEarlier]),
  'TestExportJobs/Watch_snapshot_creation GET 200 (3)': snapshotAt('cluster-989', VERSION_KNOWN),
  'TestExportJobs/Watch_snapshot_creation GET 200 (4)': snapshotAt('cluster-989', undefined),
  'TestRestores/Watch_snapshot_creation GET 200': snapshotAt('backupRestores-305', UNKNOWN_YET),
  'TestRestores/Watch_snapshot_creation GET 200 (2)': snapshotAt('backupRestores-305', VERSION_KNOWN, [oneStepEarlier]),
  'TestRestores/Watch_snapshot_creation GET 200 (3)': snapshotAt('backupRestores-305', VERSION_KNOWN),
  'TestRestores/Watch_snapshot_creation GET 200 (4)': snapshotAt('backupRestores-305', undefined),
  'TestExportJobs/Delete_snapshot DELETE 204': snapshotAt('cluster-989', undefined),
  'TestRestores/Delete_snapshot DELETE 204': snapshotAt('backupRestores-305', undefined),
  'TestSnapshots/List GET 200': {
    request: async (service) => {
      const project = await projectWith(service, 'cluster-209');
      await project.completedSnapshot('cluster-209');
      return { target: project.path(`/clusters/cluster-209/backup/snapshots${LISTING}`), headers: dated('2023-01-01') };
    },
  },
};

// --- Schedules

const USE_NAMES = { useOrgAndGroupNamesInExportPrefix: true };
/** The cluster of the recordings was created at this time of day. */
const REFERENCE = { referenceHourOfDay: 3, referenceMinuteOfHour: 16 };

/** @param before what was changed before the recording. */
const schedule = (date: string, body?: unknown, before: object = {}): Scenario => ({
  request: async (service) => {
    const project = await projectWith(service, 'backupSchedule-600');
    const path = '/clusters/backupSchedule-600/backup/schedule';
    await project.send('PATCH', path, { ...REFERENCE, ...before });
    return { target: project.path(path), headers: dated(date), ...(body === undefined ? {} : { body }) };
  },
});

const schedules: Record<string, Scenario> = {
  'TestSchedule/Describe GET 200': schedule('2023-01-01'),
  'TestSchedule/Update PATCH 200': schedule('2023-01-01', { clusterName: 'backupSchedule-600', ...USE_NAMES }),
  'TestSchedule/Delete DELETE 200': schedule('2024-08-05', undefined, USE_NAMES),
};

// --- Compliance policies

const REPRESENTATIVE = {
  authorizedEmail: 'legal@example.org',
  authorizedUserFirstName: 'Ada',
  authorizedUserLastName: 'Lovelace',
};
const HOURLY = { frequencyInterval: 1, frequencyType: 'hourly', retentionUnit: 'days', retentionValue: 1 };

const maskedByRecorder: readonly PermittedDifference[] = [
  'authorizedEmail',
  'authorizedUserFirstName',
  'authorizedUserLastName',
].map((name) => ({ at: `/${name}`, kind: 'value', because: 'the recorder masked the representative' }));

/** @param before the settings that the project already has. */
const compliance = (body: unknown, before?: unknown): Scenario => ({
  permitted: maskedByRecorder,
  request: async (service) => {
    const project = await newProject(service);
    const target = project.path('/backupCompliancePolicy');
    const put = async (settings: unknown) =>
      await project.client.send({ method: 'PUT', target, headers: dated('2023-10-01'), body: settings });
    if (before !== undefined) await put(before);
    return { target, headers: dated('2023-10-01'), ...(body === undefined ? {} : { body }) };
  },
});

const compliancePolicies: Record<string, Scenario> = {
  'TestBackupCompliancePolicyCopyProtection GET 200': compliance(undefined, REPRESENTATIVE),
  'TestBackupCompliancePolicyCopyProtection PUT 200': compliance(REPRESENTATIVE),
  'TestBackupCompliancePolicyCopyProtection/disable PUT 200': compliance(REPRESENTATIVE, {
    ...REPRESENTATIVE,
    copyProtectionEnabled: true,
  }),
  'TestBackupCompliancePolicyPointInTimeRestore GET 200': compliance(undefined, {
    ...REPRESENTATIVE,
    scheduledPolicyItems: [HOURLY],
  }),
  'TestBackupCompliancePolicyPointInTimeRestore PUT 200': compliance({
    ...REPRESENTATIVE,
    scheduledPolicyItems: [HOURLY],
  }),
  'TestBackupCompliancePolicyPointInTimeRestore/enable PUT 200': compliance(
    { ...REPRESENTATIVE, scheduledPolicyItems: [HOURLY], pitEnabled: true, restoreWindowDays: 1 },
    { ...REPRESENTATIVE, scheduledPolicyItems: [HOURLY] },
  ),
};

// --- Export jobs

async function exported(service: Service): Promise<{ project: Project; id: string }> {
  const project = await projectWith(service, 'cluster-989');
  const snapshot = await project.completedSnapshot('cluster-989');
  const id = await project.successfulExport('cluster-989', snapshot, await project.bucket('test-bucket'));
  return { project, id };
}

type ExportState = Parameters<Service['setExportJob']>[1];

const exportAt = (state: ExportState | undefined, permitted: readonly PermittedDifference[]): Scenario => ({
  permitted,
  request: async (service) => {
    const { project, id } = await exported(service);
    if (state !== undefined) await service.setExportJob(id, state);
    return { target: project.path(`/clusters/cluster-989/backup/exports/${id}`), headers: dated('2023-01-01') };
  },
});

const counts = (under: string): PermittedDifference[] =>
  ['exportedCollections', 'totalCollections'].map((name) => ({
    at: `${under}/exportStatus/${name}`,
    kind: 'value',
    because: 'Atlas left both counts at 0, also of the finished job; clients print them, so Longshore counts',
  }));

const NOT_STARTED = { state: 'Queued', finished_at: null, exported_collections: 0, total_collections: 0 } as const;

const exportJobs: Record<string, Scenario> = {
  'TestExportJobs/Create_job POST 200': {
    request: async (service) => {
      const project = await projectWith(service, 'cluster-989');
      const snapshotId = await project.completedSnapshot('cluster-989');
      return {
        target: project.path('/clusters/cluster-989/backup/exports'),
        headers: dated('2023-01-01'),
        body: { snapshotId, exportBucketId: await project.bucket('test-bucket') },
      };
    },
  },
  'TestExportJobs/Watch_create_job GET 200': exportAt(NOT_STARTED, []),
  'TestExportJobs/Watch_create_job GET 200 (2)': exportAt({ state: 'InProgress', finished_at: null }, counts('')),
  'TestExportJobs/Watch_create_job GET 200 (3)': exportAt(undefined, counts('')),
  'TestExportJobs/Describe_job GET 200': exportAt(undefined, counts('')),
  'TestExportJobs/List_jobs GET 200': {
    permitted: counts('/results/0'),
    request: async (service) => ({
      target: (await exported(service)).project.path(`/clusters/cluster-989/backup/exports${LISTING}`),
      headers: dated('2023-01-01'),
    }),
  },
};

// --- Restore jobs

const RESTORED_CLUSTER = 'backupRestores-305';
const TARGET_CLUSTER = 'backupRestores2-895';
const RESTORE_JOBS = `/clusters/${RESTORED_CLUSTER}/backup/restoreJobs`;

/** A project with a completed snapshot, and a body of POST that restores it to a cluster of another project. */
async function readyToRestore(service: Service, deliveryType: 'automated' | 'download') {
  const project = await projectWith(service, RESTORED_CLUSTER);
  const snapshotId = await project.completedSnapshot(RESTORED_CLUSTER);
  if (deliveryType === 'download') return { project, body: { deliveryType, snapshotId } };
  const other = await newProject(service);
  await service.scriptedCluster(other, TARGET_CLUSTER);
  const target = { targetClusterName: TARGET_CLUSTER, targetGroupId: other.groupId };
  return { project, body: { deliveryType, snapshotId, ...target } };
}

const createRestore = (
  deliveryType: 'automated' | 'download',
  permitted: readonly PermittedDifference[] = [],
): Scenario => ({
  permitted,
  request: async (service) => {
    const { project, body } = await readyToRestore(service, deliveryType);
    return { target: project.path(RESTORE_JOBS), headers: dated('2023-01-01'), body };
  },
});

type RestoreState = Parameters<Service['setRestoreJob']>[1];

/** A restore job that was completed, with its row put back to an earlier moment. @param rest `''` for the list of all. */
const restoreAt = (
  deliveryType: 'automated' | 'download',
  state: RestoreState | undefined,
  permitted: readonly PermittedDifference[],
  isListed = false,
): Scenario => ({
  permitted,
  request: async (service) => {
    const { project, body } = await readyToRestore(service, deliveryType);
    const id = await project.restored(RESTORED_CLUSTER, body);
    if (state !== undefined) await service.setRestoreJob(id, state);
    const rest = isListed ? LISTING : `/${id}`;
    return { target: project.path(RESTORE_JOBS + rest), headers: dated('2023-01-01') };
  },
});

const deploymentItem = (under: string): PermittedDifference => ({
  at: `${under}/targetDeploymentItemName`,
  kind: 'value',
  because: 'Atlas gives its deployments names of their own; a registered cluster has one name',
});

const NOT_FINISHED = { state: 'inProgress', finished_at: null, expires_at: null } as const;

const restoreJobs: Record<string, Scenario> = {
  'TestRestores/Restores_Create_-_Automated POST 200': createRestore('automated', [deploymentItem('')]),
  'TestRestores/Restores_Create_-_Download POST 200': createRestore('download'),
  'TestRestores/Restores_Watch GET 200': restoreAt('automated', NOT_FINISHED, [deploymentItem('')]),
  'TestRestores/Restores_Describe GET 200': restoreAt('automated', undefined, [deploymentItem('')]),
  'TestRestores/Restores_List GET 200': restoreAt('automated', undefined, [deploymentItem('/results/0')], true),
  'TestRestores/Restores_Watch_-_Download GET 200': restoreAt('download', NOT_FINISHED, []),
  'TestRestores/Restores_Watch_-_Download GET 200 (2)': restoreAt('download', undefined, [
    {
      at: '/deliveryUrl/0',
      kind: 'value',
      because: 'the link has its place on this server, and its secret in the query, because logs hold paths',
    },
  ]),
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

export const scenarios: Readonly<Record<string, Scenario>> = {
  ...apiKeys,
  ...accessLists,
  ...authentication,
  ...cloudProviderAccess,
  ...clusters,
  ...flexClusters,
  ...exportBuckets,
  ...snapshots,
  ...schedules,
  ...compliancePolicies,
  ...exportJobs,
  ...restoreJobs,
  ...organizationsAndGroups,
};
