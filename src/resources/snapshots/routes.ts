import { listReply, version, versions, type ApiRequest, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { Cluster, Clusters } from '../clusters/index.ts';
import { snapshotNotFound } from './errors.ts';
import type { ClusterSnapshot, SnapshotService } from './service.ts';
import { encodeDetails, encodeSummary } from './wire-longshore.ts';
import { decodeRetention, decodeTake, decodeTakeSent, encode, encodeSharded, RetentionBody, TakeBody } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const TAKE = { scope: 'group', anyOf: ['GROUP_BACKUP_CREATOR'] } as const;
const MANAGE = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/clusters/:clusterName/backup/snapshots';
const ONE = `${ALL}/:snapshotId` as const;
const SHARDED = `${ALL}/shardedCluster/:snapshotId` as const;

const inCluster = (request: ApiRequest<unknown>) => [request.param('groupId'), request.param('clusterName')] as const;

export function createOperations(
  snapshots: SnapshotService,
  clusters: Pick<Clusters, 'requireCluster'>,
): readonly Operation[] {
  const find = async (request: ApiRequest<unknown>): Promise<ClusterSnapshot> =>
    await snapshots.find(...inCluster(request), request.param('snapshotId'));
  const requireCluster = async (request: ApiRequest<unknown>): Promise<Cluster> =>
    await clusters.requireCluster(...inCluster(request));

  return [
    {
      id: 'listGroupClusterBackupSnapshots',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
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
      method: 'POST',
      event: 'CPS_ON_DEMAND_SNAPSHOT_REQUESTED',
      path: ALL,
      access: TAKE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        body: TakeBody,
        async handle(request) {
          const taken = await snapshots.take(...inCluster(request), decodeTake(request.body));
          return { status: 200, body: encode(taken, request) };
        },
      }),
    },
    {
      id: 'getGroupClusterBackupSnapshot',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          return { status: 200, body: encode(await find(request), request) };
        },
      }),
    },
    {
      id: 'updateGroupClusterBackupSnapshot',
      method: 'PATCH',
      event: 'CPS_SNAPSHOT_RETENTION_MODIFIED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        body: RetentionBody,
        async handle(request) {
          const retention = decodeRetention(request.body);
          const changed = await snapshots.setRetention(...inCluster(request), request.param('snapshotId'), retention);
          return { status: 200, body: encode(changed, request) };
        },
      }),
    },
    {
      id: 'deleteGroupClusterBackupSnapshot',
      method: 'DELETE',
      event: 'CPS_SNAPSHOT_DELETED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          await snapshots.remove(...inCluster(request), request.param('snapshotId'));
          return { status: 204 };
        },
      }),
    },
    {
      id: 'listGroupClusterBackupSnapshotShardedClusters',
      method: 'GET',
      path: `${ALL}/shardedClusters`,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          await requireCluster(request);
          return listReply(request, { results: [], totalCount: 0 });
        },
      }),
    },
    {
      id: 'getGroupClusterBackupSnapshotShardedCluster',
      method: 'GET',
      path: SHARDED,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          return { status: 200, body: encodeSharded(await find(request), request) };
        },
      }),
    },
    {
      id: 'deleteGroupClusterBackupSnapshotShardedCluster',
      method: 'DELETE',
      event: 'CPS_SNAPSHOT_DELETED',
      path: SHARDED,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          // No snapshot can be deleted here, because every deployment is snapshotted as one replica set.
          const cluster = await requireCluster(request);
          throw snapshotNotFound(request.param('snapshotId'), cluster.name);
        },
      }),
    },
    {
      id: 'listSnapshotSummaries',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
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
      method: 'POST',
      event: 'CPS_ON_DEMAND_SNAPSHOT_REQUESTED',
      path: ALL,
      access: TAKE,
      rateLimit: 'cloudBackups',
      takesStream: true,
      versions: [
        version({
          version: 'longshore-v1',
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
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const found = await snapshots.findDetails(...inCluster(request), request.param('snapshotId'));
            return { status: 200, body: encodeDetails(found, request) };
          },
        }),
      ],
    },
  ];
}
