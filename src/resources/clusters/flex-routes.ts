import { Type } from 'typebox';
import { listReply, pageOf, REFUSES_ALL, version, type Operation } from '../../http/index.ts';
import { nonFlexCluster } from './errors.ts';
import type { ClusterService } from './service.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const ALL = '/groups/:groupId/flexClusters';
const VERSION = '2024-11-13';

/** Clients try these paths first. The answer "not a flex cluster" sends them to the cluster's own resource. */
const PROBES = [
  ['getGroupFlexCluster', 'GET', `${ALL}/:name`],
  ['listGroupFlexClusterBackupSnapshots', 'GET', `${ALL}/:name/backup/snapshots`],
  ['getGroupFlexClusterBackupSnapshot', 'GET', `${ALL}/:name/backup/snapshots/:snapshotId`],
  ['listGroupFlexClusterBackupRestoreJobs', 'GET', `${ALL}/:name/backup/restoreJobs`],
  ['downloadGroupFlexClusterBackup', 'POST', `${ALL}/:name/backup/download`],
  ['getGroupFlexClusterBackupRestoreJob', 'GET', `${ALL}/:name/backup/restoreJobs/:restoreJobId`],
] as const;

/** The operations of flex clusters. No registered deployment is a flex cluster. */
export function createFlexOperations(clusters: ClusterService): readonly Operation[] {
  const probe: Operation['versions'][number]['handle'] = async (request) => {
    const { name } = await clusters.requireCluster(request.param('groupId'), request.param('name'));
    throw nonFlexCluster(name);
  };
  return [
    {
      id: 'listGroupFlexClusters',
      summary: 'Returns the flex clusters of a project, of which there are none',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'groups',
      versions: [
        version({
          version: VERSION,
          answers: pageOf(Type.Object({})),
          handle: (request) => Promise.resolve(listReply(request, { results: [], totalCount: 0 })),
        }),
      ],
    },
    ...PROBES.map(([id, method, path]): Operation => ({
      id,
      summary: 'Answers that the cluster is no flex cluster',
      method,
      event: undefined,
      path,
      access: READ,
      rateLimit: 'groups',
      versions: [version({ version: VERSION, answers: REFUSES_ALL, handle: probe })],
    })),
  ];
}
