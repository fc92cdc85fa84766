import { Project, dated } from '../support/project.ts';
import type { Service } from '../support/service.ts';
import type { PermittedDifference } from './compare.ts';
import { LISTING, newProject, projectWith, type Scenario } from './scenario.ts';

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

/** The scenarios of snapshots, of what plans and protects them, and of what is made from them. */
export const backupScenarios: Readonly<Record<string, Scenario>> = {
  ...snapshots,
  ...schedules,
  ...compliancePolicies,
  ...exportJobs,
  ...restoreJobs,
};
