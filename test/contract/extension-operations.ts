import type { ServedOperation } from './operations.ts';

const GROUP = '/groups/{groupId}';
const CLUSTER = `${GROUP}/clusters/{clusterName}`;
const BACKUP = `${CLUSTER}/backup`;
const HOOKS = `${GROUP}/webhooks`;

type Row = readonly [method: ServedOperation['method'], path: string, id: string, ...roles: string[]];

const ROWS: readonly Row[] = [
  ['GET', `${GROUP}/cloudProviderAccess/{roleId}`, 'getCloudProviderAccessDetails', 'GROUP_READ_ONLY'],
  ['POST', `${GROUP}/clusters`, 'registerCluster', 'GROUP_CLUSTER_CREATOR'],
  ['PATCH', CLUSTER, 'updateClusterSource', 'GROUP_CLUSTER_MANAGER'],
  ['GET', `${BACKUP}/snapshots`, 'listSnapshotSummaries', 'GROUP_READ_ONLY'],
  ['POST', `${BACKUP}/snapshots`, 'takeSnapshotOfArchive', 'GROUP_BACKUP_CREATOR'],
  ['GET', `${BACKUP}/snapshots/{snapshotId}`, 'getSnapshotDetails', 'GROUP_READ_ONLY'],
  ['POST', `${GROUP}/backup/exportBuckets/{exportBucketId}/validation`, 'validateExportBucket', 'GROUP_BACKUP_MANAGER'],
  ['GET', `${BACKUP}/exports`, 'listExportJobDetails', 'GROUP_BACKUP_MANAGER'],
  ['GET', `${BACKUP}/exports/{exportId}`, 'getExportJobDetails', 'GROUP_BACKUP_MANAGER'],
  ['GET', `${BACKUP}/exports/{exportId}/objects`, 'listExportJobObjects', 'GROUP_BACKUP_MANAGER'],
  ['POST', `${BACKUP}/exports/{exportId}/cancel`, 'cancelExportJob', 'GROUP_BACKUP_EXPORT_OPERATOR'],
  ['DELETE', `${BACKUP}/exports/{exportId}`, 'deleteExportJob', 'GROUP_BACKUP_EXPORT_OPERATOR'],
  [
    'POST',
    `${BACKUP}/restoreJobs`,
    'restoreToCluster',
    'GROUP_BACKUP_EXPORT_OPERATOR',
    'GROUP_BACKUP_RECOVERY_OPERATOR',
  ],
  ['GET', `${BACKUP}/restoreJobs`, 'listRestoreJobDetails', 'GROUP_BACKUP_MANAGER'],
  ['GET', `${BACKUP}/restoreJobs/{restoreJobId}`, 'getRestoreJobDetails', 'GROUP_BACKUP_MANAGER'],
  ['GET', `${BACKUP}/drills`, 'listDrills', 'GROUP_READ_ONLY'],
  ['POST', `${BACKUP}/drills`, 'runDrill', 'GROUP_BACKUP_RECOVERY_OPERATOR'],
  ['GET', `${BACKUP}/drills/{drillId}`, 'getDrill', 'GROUP_READ_ONLY'],
  ['GET', `${BACKUP}/drillSchedule`, 'getDrillSchedule', 'GROUP_READ_ONLY'],
  ['PUT', `${BACKUP}/drillSchedule`, 'setDrillSchedule', 'GROUP_BACKUP_MANAGER'],
  ['DELETE', `${BACKUP}/drillSchedule`, 'deleteDrillSchedule', 'GROUP_BACKUP_MANAGER'],
  ['GET', `${GROUP}/drillKeys`, 'listDrillKeys', 'GROUP_READ_ONLY'],
  ['GET', `${GROUP}/backup/overdueExports`, 'listOverdueExports', 'GROUP_READ_ONLY'],
  ['GET', HOOKS, 'listWebhooks', 'GROUP_OWNER'],
  ['POST', HOOKS, 'createWebhook', 'GROUP_OWNER'],
  ['GET', `${HOOKS}/{webhookId}`, 'getWebhook', 'GROUP_OWNER'],
  ['DELETE', `${HOOKS}/{webhookId}`, 'deleteWebhook', 'GROUP_OWNER'],
  ['POST', `${HOOKS}/{webhookId}/test`, 'testWebhook', 'GROUP_OWNER'],
  ['GET', `${HOOKS}/{webhookId}/deliveries`, 'listWebhookDeliveries', 'GROUP_OWNER'],
  ['GET', `${HOOKS}/{webhookId}/deliveries/{deliveryId}`, 'getWebhookDelivery', 'GROUP_OWNER'],
  ['GET', '/serverTime', 'getServerTime'],
  ['GET', '/orgs/{orgId}/events', 'listOrganizationEvents', 'ORG_READ_ONLY'],
  ['GET', '/orgs/{orgId}/events/{eventId}', 'getOrganizationEvent', 'ORG_READ_ONLY'],
  ['GET', `${GROUP}/events`, 'listGroupEvents', 'GROUP_READ_ONLY'],
  ['GET', `${GROUP}/events/{eventId}`, 'getGroupEvent', 'GROUP_READ_ONLY'],
];

/** Every operation of Longshore's own API, with the roles of which one is enough; none: none is needed. A stand-in has further ones. */
export const EXTENSION_OPERATIONS: readonly ServedOperation[] = ROWS.map(([method, path, id, ...roles]) => ({
  id,
  method,
  path,
  extension: true,
  dates: [],
  roles,
}));
