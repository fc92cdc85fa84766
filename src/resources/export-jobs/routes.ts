import { listReply, version, type Operation, type OperationVersion } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage } from '../../kernel/page.ts';
import { CreateBody, decodeCreate } from './body.ts';
import type { ExportJob } from './model.ts';
import type { ExportJobService } from './service.ts';
import * as v1 from './wire-v1.ts';
import * as v2 from './wire-v2.ts';

const CREATE = { scope: 'group', anyOf: ['GROUP_BACKUP_EXPORT_OPERATOR'] } as const;
const READ = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/clusters/:clusterName/backup/exports';
const ONE = `${ALL}/:exportId` as const;

type Encode = (job: ExportJob) => JsonObject;

export function createOperations(jobs: ExportJobService): readonly Operation[] {
  const create =
    (encode: Encode): Parameters<typeof version<typeof CreateBody>>[0]['handle'] =>
    async (request) => {
      const [groupId, clusterName] = [request.param('groupId'), request.param('clusterName')];
      return { status: 200, body: encode(await jobs.create(groupId, clusterName, decodeCreate(request.body))) };
    };
  const list =
    (encode: Encode): OperationVersion['handle'] =>
    async (request) => {
      const [groupId, clusterName] = [request.param('groupId'), request.param('clusterName')];
      return listReply(request, mapPage(await jobs.list(groupId, clusterName, request.page()), encode));
    };
  const one =
    (encode: Encode): OperationVersion['handle'] =>
    async (request) => {
      const [groupId, clusterName] = [request.param('groupId'), request.param('clusterName')];
      return { status: 200, body: encode(await jobs.find(groupId, clusterName, request.param('exportId'))) };
    };

  return [
    {
      id: 'listGroupClusterBackupExports',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', handle: list(v1.encode) }),
        version({ version: '2023-01-01', handle: list(v2.encode) }),
      ],
    },
    {
      id: 'createGroupClusterBackupExport',
      method: 'POST',
      path: ALL,
      access: CREATE,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', body: CreateBody, handle: create(v1.encode) }),
        version({ version: '2023-01-01', body: CreateBody, handle: create(v2.encode) }),
      ],
    },
    {
      id: 'getGroupClusterBackupExport',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', handle: one(v1.encode) }),
        version({ version: '2023-01-01', handle: one(v2.encode) }),
      ],
    },
  ];
}
