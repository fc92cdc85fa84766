import { listReply, version, versions, type ApiRequest, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import { RESTORE_ROLES, type RestoreJobService } from './service.ts';
import { encodeDetails } from './wire-longshore.ts';
import { CreateBody, decodeCreate, encode } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const RESTORE = { scope: 'group', anyOf: RESTORE_ROLES } as const;
const READ = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/clusters/:clusterName/backup/restoreJobs';
const ONE = `${ALL}/:restoreJobId` as const;

const inCluster = (request: ApiRequest<unknown>) => [request.param('groupId'), request.param('clusterName')] as const;

export function createOperations(jobs: RestoreJobService): readonly Operation[] {
  return [
    {
      id: 'listGroupClusterBackupRestoreJobs',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          const page = await jobs.list(...inCluster(request), request.page());
          return listReply(
            request,
            mapPage(page, (shown) => encode(shown, request)),
          );
        },
      }),
    },
    {
      id: 'createGroupClusterBackupRestoreJob',
      method: 'POST',
      path: ALL,
      access: RESTORE,
      event: 'CPS_RESTORE_REQUESTED',
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        body: CreateBody,
        async handle(request) {
          const created = await jobs.create(request.caller, ...inCluster(request), decodeCreate(request.body));
          return { status: 200, body: encode(created, request) };
        },
      }),
    },
    {
      id: 'getGroupClusterBackupRestoreJob',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          const shown = await jobs.find(...inCluster(request), request.param('restoreJobId'));
          return { status: 200, body: encode(shown, request) };
        },
      }),
    },
    {
      id: 'cancelGroupClusterBackupRestoreJob',
      method: 'DELETE',
      path: ONE,
      access: RESTORE,
      event: 'CPS_RESTORE_CANCELLED',
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          await jobs.cancel(...inCluster(request), request.param('restoreJobId'));
          return { status: 204 };
        },
      }),
    },
    {
      id: 'getRestoreJobDetails',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const shown = await jobs.findDetails(...inCluster(request), request.param('restoreJobId'));
            return { status: 200, body: encodeDetails(shown, request) };
          },
        }),
      ],
    },
  ];
}
