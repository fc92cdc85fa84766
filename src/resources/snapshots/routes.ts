import { listReply, version, type ApiRequest, type Operation, type OperationVersion } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import { snapshotNotFound } from './errors.ts';
import type { ClusterSnapshot, SnapshotService } from './service.ts';
import { encodeDetails } from './wire-longshore.ts';
import { decodeRetention, decodeTake, encode, RetentionBody, TakeBody } from './wire.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const TAKE = { scope: 'group', anyOf: ['GROUP_BACKUP_CREATOR'] } as const;
const MANAGE = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/clusters/:clusterName/backup/snapshots';
const ONE = `${ALL}/:snapshotId` as const;
const SHARDED = `${ALL}/shardedCluster/:snapshotId` as const;

type Handle = OperationVersion['handle'];

const both = (handle: Handle): readonly OperationVersion[] => [
  version({ version: 'v1.0', handle }),
  version({ version: '2023-01-01', handle }),
];

const encoded = (found: ClusterSnapshot, request: ApiRequest<unknown>) => encode(found, (path) => request.link(path));

export function createOperations(snapshots: SnapshotService): readonly Operation[] {
  const find = async (request: ApiRequest<unknown>): Promise<ClusterSnapshot> =>
    await snapshots.find(request.param('groupId'), request.param('clusterName'), request.param('snapshotId'));

  const take: Parameters<typeof version<typeof TakeBody>>[0]['handle'] = async (request) => {
    const [groupId, clusterName] = [request.param('groupId'), request.param('clusterName')];
    const taken = await snapshots.take(groupId, clusterName, decodeTake(request.body));
    return { status: 200, body: encoded(taken, request) };
  };
  const setRetention: Parameters<typeof version<typeof RetentionBody>>[0]['handle'] = async (request) => {
    const [groupId, clusterName, id] = [
      request.param('groupId'),
      request.param('clusterName'),
      request.param('snapshotId'),
    ];
    const changed = await snapshots.setRetention(groupId, clusterName, id, decodeRetention(request.body));
    return { status: 200, body: encoded(changed, request) };
  };
  // Every registered deployment is snapshotted as one replica set: a sharded cluster's snapshot is never found.
  const noSharded: Handle = async (request) => {
    const cluster = await snapshots.requireCluster(request.param('groupId'), request.param('clusterName'));
    throw snapshotNotFound(request.param('snapshotId'), cluster.name);
  };
  const common = { rateLimit: 'cloudBackups' } as const;

  return [
    {
      id: 'listGroupClusterBackupSnapshots',
      method: 'GET',
      path: ALL,
      access: READ,
      ...common,
      versions: both(async (request) => {
        const [groupId, clusterName] = [request.param('groupId'), request.param('clusterName')];
        const found = await snapshots.list(groupId, clusterName, request.page());
        return listReply(
          request,
          mapPage(found, (snapshot) => encoded(snapshot, request)),
        );
      }),
    },
    {
      id: 'takeGroupClusterBackupSnapshots',
      method: 'POST',
      path: ALL,
      access: TAKE,
      ...common,
      versions: [
        version({ version: 'v1.0', body: TakeBody, handle: take }),
        version({ version: '2023-01-01', body: TakeBody, handle: take }),
      ],
    },
    {
      id: 'getGroupClusterBackupSnapshot',
      method: 'GET',
      path: ONE,
      access: READ,
      ...common,
      versions: both(async (request) => ({ status: 200, body: encoded(await find(request), request) })),
    },
    {
      id: 'updateGroupClusterBackupSnapshot',
      method: 'PATCH',
      path: ONE,
      access: MANAGE,
      ...common,
      versions: [
        version({ version: 'v1.0', body: RetentionBody, handle: setRetention }),
        version({ version: '2023-01-01', body: RetentionBody, handle: setRetention }),
      ],
    },
    {
      id: 'deleteGroupClusterBackupSnapshot',
      method: 'DELETE',
      path: ONE,
      access: MANAGE,
      ...common,
      versions: both(async (request) => {
        await snapshots.remove(request.param('groupId'), request.param('clusterName'), request.param('snapshotId'));
        return { status: 204 };
      }),
    },
    {
      id: 'listGroupClusterBackupSnapshotShardedClusters',
      method: 'GET',
      path: `${ALL}/shardedClusters`,
      access: READ,
      ...common,
      versions: both(async (request) => {
        await snapshots.requireCluster(request.param('groupId'), request.param('clusterName'));
        return listReply(request, { results: [], totalCount: 0 });
      }),
    },
    {
      id: 'getGroupClusterBackupSnapshotShardedCluster',
      method: 'GET',
      path: SHARDED,
      access: READ,
      ...common,
      versions: both(noSharded),
    },
    {
      id: 'deleteGroupClusterBackupSnapshotShardedCluster',
      method: 'DELETE',
      path: SHARDED,
      access: MANAGE,
      ...common,
      versions: both(noSharded),
    },
    {
      id: 'getSnapshotDetails',
      method: 'GET',
      path: ONE,
      access: READ,
      ...common,
      versions: [
        version({
          version: 'longshore-v1',
          handle: async (request) => ({ status: 200, body: encodeDetails((await find(request)).snapshot) }),
        }),
      ],
    },
  ];
}
