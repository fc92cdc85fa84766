import { listReply, NOTHING, pageOf, version, versions, type ApiRequest, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import { RESTORE_ROLES, type RestoreJobService } from './service.ts';
import {
  decodeRestore,
  DetailsSchema,
  encodeDetails,
  encodeListed,
  ListedSchema,
  RestoreBody,
} from './wire-longshore.ts';
import { CreateBody, decodeCreate, encode, RestoreJobSchema } from './wire.ts';

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
      summary: 'Returns the restore jobs of a cluster',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: pageOf(RestoreJobSchema),
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
      summary: 'Restores a snapshot to a cluster, or prepares its download',
      method: 'POST',
      path: ALL,
      access: RESTORE,
      event: 'CPS_RESTORE_REQUESTED',
      rateLimit: 'cloudBackups',
      conflicts: true,
      versions: versions(VERSIONS, {
        body: CreateBody,
        answers: { status: 200, body: RestoreJobSchema },
        async handle(request) {
          const created = await jobs.create(request.caller, ...inCluster(request), decodeCreate(request.body));
          return { status: 200, body: encode(created, request) };
        },
      }),
    },
    {
      id: 'getGroupClusterBackupRestoreJob',
      summary: 'Returns one restore job',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: { status: 200, body: RestoreJobSchema },
        async handle(request) {
          const shown = await jobs.find(...inCluster(request), request.param('restoreJobId'));
          return { status: 200, body: encode(shown, request) };
        },
      }),
    },
    {
      id: 'cancelGroupClusterBackupRestoreJob',
      summary: 'Cancels a restore job',
      method: 'DELETE',
      path: ONE,
      access: RESTORE,
      event: 'CPS_RESTORE_CANCELLED',
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        answers: NOTHING,
        async handle(request) {
          await jobs.cancel(...inCluster(request), request.param('restoreJobId'));
          return { status: 204 };
        },
      }),
    },
    {
      id: 'restoreToCluster',
      summary: 'Restores a snapshot, an export or a dump to a cluster, with a choice of collections',
      method: 'POST',
      path: ALL,
      access: RESTORE,
      event: 'CPS_RESTORE_REQUESTED',
      rateLimit: 'cloudBackups',
      conflicts: true,
      versions: [
        version({
          version: 'longshore-v1',
          body: RestoreBody,
          answers: { status: 201, body: DetailsSchema },
          async handle(request) {
            const created = await jobs.create(request.caller, ...inCluster(request), decodeRestore(request.body));
            return { status: 201, body: encodeDetails(created, request) };
          },
        }),
      ],
    },
    {
      id: 'listRestoreJobDetails',
      summary: 'Returns the restore jobs of a cluster with their progress',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: pageOf(ListedSchema),
          async handle(request) {
            const page = await jobs.listDetails(...inCluster(request), request.page());
            return listReply(
              request,
              mapPage(page, (shown) => encodeListed(shown, request)),
            );
          },
        }),
      ],
    },
    {
      id: 'getRestoreJobDetails',
      summary: 'Returns a restore job with its progress and its report',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: DetailsSchema },
          async handle(request) {
            const shown = await jobs.findDetails(...inCluster(request), request.param('restoreJobId'));
            return { status: 200, body: encodeDetails(shown, request) };
          },
        }),
      ],
    },
  ];
}
