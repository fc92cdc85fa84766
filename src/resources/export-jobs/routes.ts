import type { Static } from 'typebox';
import {
  listReply,
  pageOf,
  version,
  type ApiReply,
  type ApiRequest,
  type Operation,
  type OperationVersion,
} from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ExportJobService } from './service.ts';
import {
  decodeWithObjects,
  DetailsSchema,
  encodeDetails,
  ObjectSchema,
  REMOVAL,
  RemovedSchema,
} from './wire-longshore.ts';
import * as v1 from './wire-v1.ts';
import * as v2 from './wire-v2.ts';
import { CreateBody, decodeCreate } from './wire.ts';

const CREATE = { scope: 'group', anyOf: ['GROUP_BACKUP_EXPORT_OPERATOR'] } as const;
const READ = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/clusters/:clusterName/backup/exports';
const ONE = `${ALL}/:exportId` as const;

const inCluster = (request: ApiRequest<unknown>) => [request.param('groupId'), request.param('clusterName')] as const;

export function createOperations(jobs: ExportJobService): readonly Operation[] {
  const list =
    (encode: typeof v1.encode): OperationVersion['handle'] =>
    async (request) => {
      const page = await jobs.list(...inCluster(request), request.page());
      return listReply(request, mapPage(page, encode));
    };
  const one =
    (encode: typeof v1.encode): OperationVersion['handle'] =>
    async (request) => {
      const job = await jobs.find(...inCluster(request), request.param('exportId'));
      return { status: 200, body: encode(job) };
    };
  const create =
    (encode: typeof v1.encode) =>
    async (request: ApiRequest<Static<typeof CreateBody>>): Promise<ApiReply> => {
      const job = await jobs.create(...inCluster(request), decodeCreate(request.body));
      return { status: 200, body: encode(job) };
    };

  return [
    {
      id: 'listGroupClusterBackupExports',
      summary: 'Returns the export jobs of a cluster, the newest first',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', answers: pageOf(v1.JobSchema), handle: list(v1.encode) }),
        version({ version: '2023-01-01', answers: pageOf(v2.JobSchema), handle: list(v2.encode) }),
      ],
    },
    {
      id: 'createGroupClusterBackupExport',
      summary: 'Exports a snapshot to an export bucket',
      method: 'POST',
      event: 'CPS_SNAPSHOT_EXPORT_REQUESTED',
      path: ALL,
      access: CREATE,
      rateLimit: 'cloudBackups',
      conflicts: true,
      versions: [
        version({
          version: 'v1.0',
          body: CreateBody,
          answers: { status: 200, body: v1.JobSchema },
          handle: create(v1.encode),
        }),
        version({
          version: '2023-01-01',
          body: CreateBody,
          answers: { status: 200, body: v2.JobSchema },
          handle: create(v2.encode),
        }),
      ],
    },
    {
      id: 'getGroupClusterBackupExport',
      summary: 'Returns one export job',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', answers: { status: 200, body: v1.JobSchema }, handle: one(v1.encode) }),
        version({ version: '2023-01-01', answers: { status: 200, body: v2.JobSchema }, handle: one(v2.encode) }),
      ],
    },
    {
      id: 'listExportJobDetails',
      summary: 'Returns the export jobs of a cluster with their figures',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: pageOf(DetailsSchema),
          async handle(request) {
            const page = await jobs.listDetails(...inCluster(request), request.page());
            return listReply(request, mapPage(page, encodeDetails));
          },
        }),
      ],
    },
    {
      id: 'cancelExportJob',
      summary: 'Cancels an export job that has not ended',
      method: 'POST',
      path: `${ONE}/cancel`,
      event: 'CPS_SNAPSHOT_EXPORT_CANCELLED',
      access: CREATE,
      rateLimit: 'cloudBackups',
      conflicts: true,
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: DetailsSchema },
          async handle(request) {
            const job = await jobs.cancel(...inCluster(request), request.param('exportId'));
            return { status: 200, body: encodeDetails(job) };
          },
        }),
      ],
    },
    {
      id: 'listExportJobObjects',
      summary: 'Returns the objects that an export job has written',
      method: 'GET',
      path: `${ONE}/objects`,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: pageOf(ObjectSchema),
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
      summary: 'Removes an export job that has ended, and its objects if asked to',
      method: 'DELETE',
      path: ONE,
      event: 'CPS_SNAPSHOT_EXPORT_DELETED',
      access: CREATE,
      rateLimit: 'cloudBackups',
      query: REMOVAL,
      conflicts: true,
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: RemovedSchema },
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
      summary: 'Returns one export job with its figures',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: DetailsSchema },
          async handle(request) {
            const job = await jobs.findDetails(...inCluster(request), request.param('exportId'));
            return { status: 200, body: encodeDetails(job) };
          },
        }),
      ],
    },
  ];
}
