import { listReply, version, versions, type ApiRequest, type Operation } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ExportJob } from './model.ts';
import type { ExportJobService } from './service.ts';
import { decodeWithObjects, encodeDetails } from './wire-longshore.ts';
import * as v1 from './wire-v1.ts';
import * as v2 from './wire-v2.ts';
import { CreateBody, decodeCreate } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const CREATE = { scope: 'group', anyOf: ['GROUP_BACKUP_EXPORT_OPERATOR'] } as const;
const READ = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/clusters/:clusterName/backup/exports';
const ONE = `${ALL}/:exportId` as const;

const inCluster = (request: ApiRequest<unknown>) => [request.param('groupId'), request.param('clusterName')] as const;

export function createOperations(jobs: ExportJobService): readonly Operation[] {
  const encoder = ({ api }: ApiRequest<unknown>): ((job: ExportJob) => JsonObject) =>
    api === 'v1.0' ? v1.encode : v2.encode;

  return [
    {
      id: 'listGroupClusterBackupExports',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          const page = await jobs.list(...inCluster(request), request.page());
          return listReply(request, mapPage(page, encoder(request)));
        },
      }),
    },
    {
      id: 'createGroupClusterBackupExport',
      method: 'POST',
      event: 'CPS_SNAPSHOT_EXPORT_REQUESTED',
      path: ALL,
      access: CREATE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        body: CreateBody,
        async handle(request) {
          const job = await jobs.create(...inCluster(request), decodeCreate(request.body));
          return { status: 200, body: encoder(request)(job) };
        },
      }),
    },
    {
      id: 'getGroupClusterBackupExport',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          const job = await jobs.find(...inCluster(request), request.param('exportId'));
          return { status: 200, body: encoder(request)(job) };
        },
      }),
    },
    {
      id: 'listExportJobDetails',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const page = await jobs.listDetails(...inCluster(request), request.page());
            return listReply(request, mapPage(page, encodeDetails));
          },
        }),
      ],
    },
    {
      id: 'cancelExportJob',
      method: 'POST',
      path: `${ONE}/cancel`,
      event: 'CPS_SNAPSHOT_EXPORT_CANCELLED',
      access: CREATE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const job = await jobs.cancel(...inCluster(request), request.param('exportId'));
            return { status: 200, body: encodeDetails(job) };
          },
        }),
      ],
    },
    {
      id: 'listExportJobObjects',
      method: 'GET',
      path: `${ONE}/objects`,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const page = await jobs.listObjects(...inCluster(request), request.param('exportId'), request.page());
            return listReply(
              request,
              mapPage(page, ({ key, bytes }) => ({ bytes, key })),
            );
          },
        }),
      ],
    },
    {
      id: 'deleteExportJob',
      method: 'DELETE',
      path: ONE,
      event: 'CPS_SNAPSHOT_EXPORT_DELETED',
      access: CREATE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const withObjects = decodeWithObjects(request);
            const id = request.param('exportId');
            const removedObjects = await jobs.remove(...inCluster(request), id, { withObjects });
            return { status: 200, body: { deleted: id, removedObjects } };
          },
        }),
      ],
    },
    {
      id: 'getExportJobDetails',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const job = await jobs.findDetails(...inCluster(request), request.param('exportId'));
            return { status: 200, body: encodeDetails(job) };
          },
        }),
      ],
    },
  ];
}
