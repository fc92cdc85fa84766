import { listReply, version, versions, type ApiRequest, type Operation } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ExportJob } from './model.ts';
import type { ExportJobService } from './service.ts';
import { encodeDetails } from './wire-longshore.ts';
import * as v1 from './wire-v1.ts';
import * as v2 from './wire-v2.ts';
import { CreateBody, decodeCreate } from './wire.ts';

const VERSIONS = ['v1.0', '2023-01-01'] as const;
const CREATE = { scope: 'group', anyOf: ['GROUP_BACKUP_EXPORT_OPERATOR'] } as const;
const READ = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/clusters/:clusterName/backup/exports';
const ONE = `${ALL}/:exportId` as const;

export function createOperations(jobs: ExportJobService): readonly Operation[] {
  const encoder = ({ api }: ApiRequest<unknown>): ((job: ExportJob) => JsonObject) =>
    api === 'v1.0' ? v1.encode : v2.encode;

  const find = async (request: ApiRequest<unknown>): Promise<ExportJob> =>
    await jobs.find(request.param('groupId'), request.param('clusterName'), request.param('exportId'));

  return [
    {
      id: 'listGroupClusterBackupExports',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        async handle(request) {
          const [groupId, clusterName] = [request.param('groupId'), request.param('clusterName')];
          const page = await jobs.list(groupId, clusterName, request.page());
          return listReply(request, mapPage(page, encoder(request)));
        },
      }),
    },
    {
      id: 'createGroupClusterBackupExport',
      method: 'POST',
      path: ALL,
      access: CREATE,
      rateLimit: 'cloudBackups',
      versions: versions(VERSIONS, {
        body: CreateBody,
        async handle(request) {
          const [groupId, clusterName] = [request.param('groupId'), request.param('clusterName')];
          const job = await jobs.create(groupId, clusterName, decodeCreate(request.body));
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
          return { status: 200, body: encoder(request)(await find(request)) };
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
            const [groupId, clusterName] = [request.param('groupId'), request.param('clusterName')];
            const page = await jobs.list(groupId, clusterName, request.page());
            const waiting = await jobs.waiting(page.results);
            return listReply(
              request,
              mapPage(page, (job) => encodeDetails(job, waiting.get(job.id))),
            );
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
            const job = await find(request);
            const waiting = await jobs.waiting([job]);
            return { status: 200, body: encodeDetails(job, waiting.get(job.id)) };
          },
        }),
      ],
    },
  ];
}
