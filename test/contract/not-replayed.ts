/** Recorded exchanges of operations in scope that cannot be brought about, and why. */
export interface NotReplayed {
  readonly test: string;
  readonly path: string;
  readonly status: number;
  readonly count: number;
  readonly because: string;
}

export const NOT_REPLAYED: readonly NotReplayed[] = [
  {
    test: 'TestFlexBackup/Delete_flex_cluster',
    path: '/api/atlas/v2/groups/{groupId}/clusters/{clusterName}',
    status: 400,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup/Delete_flex_cluster',
    path: '/api/atlas/v2/groups/{groupId}/flexClusters/{name}',
    status: 200,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup',
    path: '/api/atlas/v2/groups/{groupId}/clusters/{clusterName}',
    status: 400,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup',
    path: '/api/atlas/v2/groups/{groupId}/flexClusters/{name}',
    status: 200,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup/Restores_Create_-_Automated',
    path: '/api/atlas/v2/groups/{groupId}/clusters/{clusterName}',
    status: 400,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup/Restores_Describe',
    path: '/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs/{restoreJobId}',
    status: 200,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup/Restores_List',
    path: '/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs',
    status: 200,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup/Restores_Watch',
    path: '/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs/{restoreJobId}',
    status: 200,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup/Snapshot_Describe',
    path: '/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/snapshots/{snapshotId}',
    status: 200,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexBackup/Snapshot_List',
    path: '/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/snapshots',
    status: 200,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestFlexCluster/List_flex_cluster',
    path: '/api/atlas/v2/groups/{groupId}/flexClusters',
    status: 200,
    count: 1,
    because: 'Longshore has no flex clusters',
  },
  {
    test: 'TestSharedClusterUpgrade/Upgrade_to_dedicated_tier',
    path: '/api/atlas/v1.0/groups/{groupId}/clusters/{clusterName}',
    status: 200,
    count: 1,
    because: 'the operation that upgrades a shared cluster is not in scope',
  },
  {
    test: 'TestAtlasProjects/Users',
    path: '/api/atlas/v2/groups/{groupId}/users',
    status: 200,
    count: 1,
    because: 'Longshore has no persons',
  },
  {
    test: 'TestAtlasProjectTeams/List',
    path: '/api/atlas/v2/groups/{groupId}/teams',
    status: 200,
    count: 1,
    because: 'Longshore has no teams',
  },
];
