import { listReply, NOTHING, pageOf, version, versions, type ApiRequest, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ClusterSnapshot, SnapshotService } from './service.ts';
import { DetailsSchema, encodeDetails, encodeSummary, SummarySchema } from './wire-longshore.ts';
import {
  decodeRetention,
  decodeTake,
  decodeTakeSent,
  encode,
  encodeSharded,
  RetentionBody,
  ShardedSnapshotSchema,
  SnapshotSchema,
  TAKE_SENT,
  TakeBody,
} from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const TAKE = { scope: 'group', anyOf: ['GROUP_BACKUP_CREATOR'] } as const;
const MANAGE = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/clusters/:clusterName/backup/snapshots';
const ONE = `${ALL}/:snapshotId` as const;
const SHARDED = `${ALL}/shardedCluster/:snapshotId` as const;

const inCluster = (request: ApiRequest<unknown>) => [request.param('groupId'), request.param('clusterName')] as const;

export function createOperations(snapshots: SnapshotService): readonly Operation[] {
  const find = async (request: ApiRequest<unknown>): Promise<ClusterSnapshot> =>
    await snapshots.find(...inCluster(request), request.param('snapshotId'));

  return [
    {
      id: 'listGroupClusterBackupSnapshots',
      summary: 'Returns the snapshots of a cluster, the newest first',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: pageOf(SnapshotSchema),
        async handle(request) {
          const page = await snapshots.list(...inCluster(request), request.page());
          return listReply(
            request,
            mapPage(page, (found) => encode(found, request)),
          );
        },
      }),
    },
    {
      id: 'takeGroupClusterBackupSnapshots',
      summary: 'Takes a snapshot of a cluster',
      method: 'POST',
      event: 'CPS_ON_DEMAND_SNAPSHOT_REQUESTED',
      path: ALL,
      access: TAKE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        body: TakeBody,
        answers: { status: 200, body: SnapshotSchema },
        async handle(request) {
          const taken = await snapshots.take(...inCluster(request), decodeTake(request.body));
          return { status: 200, body: encode(taken, request) };
        },
      }),
    },
    {
      id: 'getGroupClusterBackupSnapshot',
      summary: 'Returns one snapshot',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: SnapshotSchema },
        async handle(request) {
          return { status: 200, body: encode(await find(request), request) };
        },
      }),
    },
    {
      id: 'updateGroupClusterBackupSnapshot',
      summary: 'Changes how long a snapshot is kept',
      method: 'PATCH',
      event: 'CPS_SNAPSHOT_RETENTION_MODIFIED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        body: RetentionBody,
        answers: { status: 200, body: SnapshotSchema },
        async handle(request) {
          const retention = decodeRetention(request.body);
          const changed = await snapshots.setRetention(...inCluster(request), request.param('snapshotId'), retention);
          return { status: 200, body: encode(changed, request) };
        },
      }),
    },
    {
      id: 'deleteGroupClusterBackupSnapshot',
      summary: 'Removes a snapshot',
      method: 'DELETE',
      event: 'CPS_SNAPSHOT_DELETED',
      path: ONE,
      conflicts: true,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: NOTHING,
        async handle(request) {
          await snapshots.remove(...inCluster(request), request.param('snapshotId'));
          return { status: 204 };
        },
      }),
    },
    {
      id: 'listGroupClusterBackupSnapshotShardedClusters',
      summary: 'Returns the snapshots of a sharded cluster, the newest first',
      method: 'GET',
      path: `${ALL}/shardedClusters`,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: pageOf(ShardedSnapshotSchema),
        async handle(request) {
          const page = await snapshots.list(...inCluster(request), request.page(), { sharded: true });
          return listReply(
            request,
            mapPage(page, (found) => encodeSharded(found, request)),
          );
        },
      }),
    },
    {
      id: 'getGroupClusterBackupSnapshotShardedCluster',
      summary: 'Returns one snapshot in the form of a sharded cluster',
      method: 'GET',
      path: SHARDED,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: ShardedSnapshotSchema },
        async handle(request) {
          return { status: 200, body: encodeSharded(await find(request), request) };
        },
      }),
    },
    {
      id: 'deleteGroupClusterBackupSnapshotShardedCluster',
      summary: 'Removes a snapshot of a sharded cluster',
      method: 'DELETE',
      event: 'CPS_SNAPSHOT_DELETED',
      path: SHARDED,
      conflicts: true,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: NOTHING,
        async handle(request) {
          await snapshots.remove(...inCluster(request), request.param('snapshotId'), { sharded: true });
          return { status: 204 };
        },
      }),
    },
    {
      id: 'listSnapshotSummaries',
      summary: 'Returns the snapshots of a cluster with their consistency and their figures',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: pageOf(SummarySchema),
          async handle(request) {
            const page = await snapshots.listDetails(...inCluster(request), request.page());
            return listReply(
              request,
              mapPage(page, (found) => encodeSummary(found, request)),
            );
          },
        }),
      ],
    },
    {
      id: 'takeSnapshotOfArchive',
      summary: 'Takes a snapshot of the archive of mongodump that the request sends',
      method: 'POST',
      event: 'CPS_ON_DEMAND_SNAPSHOT_REQUESTED',
      path: ALL,
      access: TAKE,
      rateLimit: 'cloudBackups',
      query: TAKE_SENT,
      takesStream: true,
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: DetailsSchema },
          async handle(request) {
            const wanted = decodeTakeSent(request);
            const taken = await snapshots.takeSent(...inCluster(request), wanted, request.bytes());
            return { status: 200, body: encodeDetails({ ...taken, waiting: undefined }, request) };
          },
        }),
      ],
    },
    {
      id: 'getSnapshotDetails',
      summary: 'Returns one snapshot with what it leaves out and its bad values',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: DetailsSchema },
          async handle(request) {
            const found = await snapshots.findDetails(...inCluster(request), request.param('snapshotId'));
            return { status: 200, body: encodeDetails(found, request) };
          },
        }),
      ],
    },
  ];
}
