import { IDENTITY_OPERATIONS } from './identity-operations.ts';
import { PROJECT_OPERATIONS } from './project-operations.ts';

/** One operation as clients know it: where it is in both APIs, since when, and who may call it. */
export interface ServedOperation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base path of an API. */
  readonly path: string;
  /** False: v2 only. */
  readonly v1?: false;
  /** True: also below `/api/atlas/v1.5`. */
  readonly v1_5?: true;
  /** True: below `/api/private` only. */
  readonly private?: true;
  /** True: below `/api/longshore/v1` only. */
  readonly extension?: true;
  /** Versions of the resource in v2, oldest first. */
  readonly dates: readonly string[];
  /** Roles that are enough, each by itself; none named: every API key. */
  readonly roles: readonly string[];
  /** The error of a caller without a role, if it is not USER_UNAUTHORIZED. */
  readonly refusal?: string;
}

/** Every operation of Atlas that Longshore serves, as Atlas documents it. */
export const OPERATIONS: readonly ServedOperation[] = [
  { id: 'listOrgs', method: 'GET', path: '/orgs', dates: ['2023-01-01'], roles: [] },
  { id: 'createOrg', method: 'POST', path: '/orgs', dates: ['2023-01-01'], roles: ['ORG_OWNER'] },
  { id: 'getOrg', method: 'GET', path: '/orgs/{orgId}', dates: ['2023-01-01'], roles: ['ORG_MEMBER'] },
  { id: 'updateOrg', method: 'PATCH', path: '/orgs/{orgId}', dates: ['2023-01-01'], roles: ['ORG_OWNER'] },
  { id: 'deleteOrg', method: 'DELETE', path: '/orgs/{orgId}', dates: ['2023-01-01'], roles: ['ORG_OWNER'] },
  { id: 'getOrgGroups', method: 'GET', path: '/orgs/{orgId}/groups', dates: ['2023-01-01'], roles: ['ORG_MEMBER'] },

  { id: 'listGroups', method: 'GET', path: '/groups', dates: ['2023-01-01'], roles: [] },
  {
    id: 'createGroup',
    method: 'POST',
    path: '/groups',
    dates: ['2023-01-01'],
    roles: ['ORG_GROUP_CREATOR', 'ORG_OWNER'],
  },
  { id: 'getGroup', method: 'GET', path: '/groups/{groupId}', dates: ['2023-01-01'], roles: ['GROUP_READ_ONLY'] },
  { id: 'getGroupByName', method: 'GET', path: '/groups/byName/{groupName}', dates: ['2023-01-01'], roles: [] },
  { id: 'updateGroup', method: 'PATCH', path: '/groups/{groupId}', dates: ['2023-01-01'], roles: ['GROUP_OWNER'] },
  { id: 'deleteGroup', method: 'DELETE', path: '/groups/{groupId}', dates: ['2023-01-01'], roles: ['GROUP_OWNER'] },

  { id: 'listOrgApiKeys', method: 'GET', path: '/orgs/{orgId}/apiKeys', dates: ['2023-01-01'], roles: ['ORG_MEMBER'] },
  { id: 'createOrgApiKey', method: 'POST', path: '/orgs/{orgId}/apiKeys', dates: ['2023-01-01'], roles: ['ORG_OWNER'] },
  {
    id: 'getOrgApiKey',
    method: 'GET',
    path: '/orgs/{orgId}/apiKeys/{apiUserId}',
    dates: ['2023-01-01'],
    roles: ['ORG_MEMBER'],
  },
  {
    id: 'updateOrgApiKey',
    method: 'PATCH',
    path: '/orgs/{orgId}/apiKeys/{apiUserId}',
    dates: ['2023-01-01'],
    roles: ['ORG_OWNER'],
  },
  {
    id: 'deleteOrgApiKey',
    method: 'DELETE',
    path: '/orgs/{orgId}/apiKeys/{apiUserId}',
    dates: ['2023-01-01'],
    roles: ['ORG_OWNER'],
  },

  {
    id: 'listGroupApiKeys',
    method: 'GET',
    path: '/groups/{groupId}/apiKeys',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'createGroupApiKey',
    method: 'POST',
    path: '/groups/{groupId}/apiKeys',
    dates: ['2023-01-01'],
    roles: ['GROUP_ACCESS_MANAGER'],
  },
  {
    id: 'addGroupApiKey',
    method: 'POST',
    path: '/groups/{groupId}/apiKeys/{apiUserId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_OWNER'],
  },
  {
    id: 'updateGroupApiKeyRoles',
    method: 'PATCH',
    path: '/groups/{groupId}/apiKeys/{apiUserId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_ACCESS_MANAGER'],
  },
  {
    id: 'removeGroupApiKey',
    method: 'DELETE',
    path: '/groups/{groupId}/apiKeys/{apiUserId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_ACCESS_MANAGER'],
  },

  {
    id: 'listGroupCloudProviderAccess',
    method: 'GET',
    path: '/groups/{groupId}/cloudProviderAccess',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'createGroupCloudProviderAccess',
    method: 'POST',
    path: '/groups/{groupId}/cloudProviderAccess',
    dates: ['2023-01-01'],
    roles: ['GROUP_OWNER'],
  },
  {
    id: 'getGroupCloudProviderAccess',
    method: 'GET',
    path: '/groups/{groupId}/cloudProviderAccess/{roleId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'authorizeGroupCloudProviderAccessRole',
    method: 'PATCH',
    path: '/groups/{groupId}/cloudProviderAccess/{roleId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_OWNER'],
  },
  {
    id: 'deauthorizeGroupCloudProviderAccessRole',
    method: 'DELETE',
    path: '/groups/{groupId}/cloudProviderAccess/{cloudProvider}/{roleId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_OWNER'],
  },

  { id: 'listClusterDetails', method: 'GET', path: '/clusters', dates: ['2023-01-01'], roles: [] },
  {
    id: 'listGroupClusters',
    method: 'GET',
    path: '/groups/{groupId}/clusters',
    v1_5: true,
    dates: ['2023-01-01', '2023-02-01', '2024-08-05'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'createGroupCluster',
    method: 'POST',
    path: '/groups/{groupId}/clusters',
    v1_5: true,
    dates: ['2023-01-01', '2023-02-01', '2024-08-05', '2024-10-23'],
    roles: ['GROUP_CLUSTER_CREATOR'],
  },
  {
    id: 'getGroupCluster',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}',
    v1_5: true,
    dates: ['2023-01-01', '2023-02-01', '2024-08-05'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'updateGroupCluster',
    method: 'PATCH',
    path: '/groups/{groupId}/clusters/{clusterName}',
    v1_5: true,
    dates: ['2023-01-01', '2023-02-01', '2024-08-05', '2024-10-23'],
    roles: ['GROUP_CLUSTER_MANAGER', 'GROUP_CLUSTER_RESILIENCE_TESTER', 'GROUP_REPLICA_SET_MANAGER'],
  },
  {
    id: 'deleteGroupCluster',
    method: 'DELETE',
    path: '/groups/{groupId}/clusters/{clusterName}',
    v1_5: true,
    dates: ['2023-01-01', '2023-02-01'],
    roles: ['GROUP_OWNER'],
  },

  {
    id: 'listGroupContainers',
    method: 'GET',
    path: '/groups/{groupId}/containers',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'listGroupContainerAll',
    method: 'GET',
    path: '/groups/{groupId}/containers/all',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },

  {
    id: 'listGroupFlexClusters',
    method: 'GET',
    path: '/groups/{groupId}/flexClusters',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'getGroupFlexCluster',
    method: 'GET',
    path: '/groups/{groupId}/flexClusters/{name}',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'listGroupFlexClusterBackupSnapshots',
    method: 'GET',
    path: '/groups/{groupId}/flexClusters/{name}/backup/snapshots',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'getGroupFlexClusterBackupSnapshot',
    method: 'GET',
    path: '/groups/{groupId}/flexClusters/{name}/backup/snapshots/{snapshotId}',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'listGroupFlexClusterBackupRestoreJobs',
    method: 'GET',
    path: '/groups/{groupId}/flexClusters/{name}/backup/restoreJobs',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'downloadGroupFlexClusterBackup',
    method: 'POST',
    path: '/groups/{groupId}/flexClusters/{name}/backup/download',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'getGroupFlexClusterBackupRestoreJob',
    method: 'GET',
    path: '/groups/{groupId}/flexClusters/{name}/backup/restoreJobs/{restoreJobId}',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_READ_ONLY'],
  },

  {
    id: 'listGroupBackupExportBuckets',
    method: 'GET',
    path: '/groups/{groupId}/backup/exportBuckets',
    dates: ['2023-01-01', '2024-05-30'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'createGroupBackupExportBucket',
    method: 'POST',
    path: '/groups/{groupId}/backup/exportBuckets',
    dates: ['2023-01-01', '2024-05-30'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'getGroupBackupExportBucket',
    method: 'GET',
    path: '/groups/{groupId}/backup/exportBuckets/{exportBucketId}',
    dates: ['2023-01-01', '2024-05-30'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'updateGroupBackupExportBucket',
    method: 'PATCH',
    path: '/groups/{groupId}/backup/exportBuckets/{exportBucketId}',
    v1: false,
    dates: ['2024-05-30'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'deleteGroupBackupExportBucket',
    method: 'DELETE',
    path: '/groups/{groupId}/backup/exportBuckets/{exportBucketId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },

  {
    id: 'listGroupClusterBackupSnapshots',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'takeGroupClusterBackupSnapshots',
    method: 'POST',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_CREATOR'],
  },
  {
    id: 'getGroupClusterBackupSnapshot',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'updateGroupClusterBackupSnapshot',
    method: 'PATCH',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'deleteGroupClusterBackupSnapshot',
    method: 'DELETE',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'listGroupClusterBackupSnapshotShardedClusters',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedClusters',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'getGroupClusterBackupSnapshotShardedCluster',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'deleteGroupClusterBackupSnapshotShardedCluster',
    method: 'DELETE',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },

  {
    id: 'listGroupClusterBackupExports',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/exports',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'createGroupClusterBackupExport',
    method: 'POST',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/exports',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_EXPORT_OPERATOR'],
  },
  {
    id: 'getGroupClusterBackupExport',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/exports/{exportId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },

  {
    id: 'getGroupClusterBackupSchedule',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/schedule',
    dates: ['2023-01-01', '2024-08-05'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'updateGroupClusterBackupSchedule',
    method: 'PATCH',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/schedule',
    dates: ['2023-01-01', '2024-08-05'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'deleteGroupClusterBackupSchedule',
    method: 'DELETE',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/schedule',
    dates: ['2023-01-01', '2024-08-05'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },

  {
    id: 'getGroupBackupCompliancePolicy',
    method: 'GET',
    path: '/groups/{groupId}/backupCompliancePolicy',
    dates: ['2023-01-01', '2023-10-01'],
    roles: ['GROUP_OWNER'],
  },
  {
    id: 'updateGroupBackupCompliancePolicy',
    method: 'PUT',
    path: '/groups/{groupId}/backupCompliancePolicy',
    dates: ['2023-01-01', '2023-10-01'],
    roles: ['GROUP_OWNER'],
  },
  {
    id: 'disableGroupBackupCompliancePolicy',
    method: 'DELETE',
    path: '/groups/{groupId}/backupCompliancePolicy',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_OWNER'],
  },

  {
    id: 'listGroupClusterBackupSnapshotDatabases',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases',
    v1: false,
    dates: ['2025-03-12'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'getGroupClusterBackupSnapshotDatabase',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}',
    v1: false,
    dates: ['2025-03-12'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'listGroupClusterBackupSnapshotDatabaseCollections',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}/collections',
    v1: false,
    dates: ['2025-03-12'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'getGroupClusterBackupSnapshotDatabaseCollection',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}/collections/{collectionName}',
    v1: false,
    dates: ['2025-03-12'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },

  {
    id: 'listGroupBackupPrivateEndpoints',
    method: 'GET',
    path: '/groups/{groupId}/backup/{cloudProvider}/privateEndpoints',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_OWNER'],
  },
  {
    id: 'createGroupBackupPrivateEndpoint',
    method: 'POST',
    path: '/groups/{groupId}/backup/{cloudProvider}/privateEndpoints',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_OWNER'],
  },
  {
    id: 'getGroupBackupPrivateEndpoint',
    method: 'GET',
    path: '/groups/{groupId}/backup/{cloudProvider}/privateEndpoints/{endpointId}',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_OWNER'],
  },
  {
    id: 'deleteGroupBackupPrivateEndpoint',
    method: 'DELETE',
    path: '/groups/{groupId}/backup/{cloudProvider}/privateEndpoints/{endpointId}',
    v1: false,
    dates: ['2024-11-13'],
    roles: ['GROUP_OWNER'],
  },
  ...IDENTITY_OPERATIONS,
  ...PROJECT_OPERATIONS,

  {
    id: 'getGroupClusterProcessArgs',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/processArgs',
    dates: ['2023-01-01', '2024-08-05'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'updateGroupClusterProcessArgs',
    method: 'PATCH',
    path: '/groups/{groupId}/clusters/{clusterName}/processArgs',
    dates: ['2023-01-01', '2024-08-05'],
    roles: ['GROUP_CLUSTER_MANAGER'],
  },
  {
    id: 'getGroupClusterStatus',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/status',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'autoGroupClusterScalingConfiguration',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/autoScalingConfiguration',
    v1: false,
    dates: ['2024-08-05'],
    roles: ['GROUP_READ_ONLY'],
  },
  {
    id: 'listGroupClusterProviderRegions',
    method: 'GET',
    path: '/groups/{groupId}/clusters/provider/regions',
    dates: ['2023-01-01'],
    roles: ['GROUP_READ_ONLY'],
  },

  {
    id: 'listGroupClusterBackupRestoreJobs',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'createGroupClusterBackupRestoreJob',
    method: 'POST',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_EXPORT_OPERATOR', 'GROUP_BACKUP_RECOVERY_OPERATOR'],
  },
  {
    id: 'getGroupClusterBackupRestoreJob',
    method: 'GET',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_MANAGER'],
  },
  {
    id: 'cancelGroupClusterBackupRestoreJob',
    method: 'DELETE',
    path: '/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}',
    dates: ['2023-01-01'],
    roles: ['GROUP_BACKUP_EXPORT_OPERATOR', 'GROUP_BACKUP_RECOVERY_OPERATOR'],
  },
];
