import { listReply, version, versions, type Operation, type OperationVersion } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ExportBucketService } from './service.ts';
import { encodeValidation } from './wire-longshore.ts';
import * as v1 from './wire-v1.ts';
import * as v2 from './wire-v2.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const MANAGE = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const ALL = '/groups/:groupId/backup/exportBuckets';
const ONE = `${ALL}/:exportBucketId` as const;

/** 2024-05-30 superseded 2023-01-01. */
const superseded = { deprecation: 'Thu, 30 May 2024 00:00:00 GMT', sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' };

type Handle = OperationVersion['handle'];

export function createOperations(buckets: ExportBucketService): readonly Operation[] {
  const list =
    (encode: typeof v1.encode): Handle =>
    async (request) =>
      listReply(request, mapPage(await buckets.list(request.param('groupId'), request.page()), encode));
  const one =
    (encode: typeof v1.encode): Handle =>
    async (request) => {
      const bucket = await buckets.requireExportBucket(request.param('groupId'), request.param('exportBucketId'));
      return { status: 200, body: encode(bucket) };
    };

  return [
    {
      id: 'listGroupBackupExportBuckets',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', handle: list(v1.encode) }),
        version({ version: '2023-01-01', superseded, handle: list(v2.encode) }),
        version({ version: '2024-05-30', handle: list(v2.encode) }),
      ],
    },
    {
      id: 'createGroupBackupExportBucket',
      method: 'POST',
      event: 'CPS_SNAPSHOT_BUCKET_CREATED',
      path: ALL,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'v1.0',
          body: v1.CreateBody,
          handle: async (request) => {
            const bucket = await buckets.create(request.param('groupId'), v1.decodeCreate(request.body));
            return { status: 200, body: v1.encodeCreated(bucket) };
          },
        }),
        version({
          version: '2023-01-01',
          superseded,
          body: v2.CreateAwsBody,
          handle: async (request) => {
            const bucket = await buckets.create(request.param('groupId'), v2.decodeCreateAws(request.body));
            return { status: 200, body: v2.encode(bucket) };
          },
        }),
        version({
          version: '2024-05-30',
          body: v2.CreateBody,
          handle: async (request) => {
            const bucket = await buckets.create(request.param('groupId'), v2.decodeCreate(request.body));
            return { status: 200, body: v2.encode(bucket) };
          },
        }),
      ],
    },
    {
      id: 'getGroupBackupExportBucket',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', handle: one(v1.encode) }),
        version({ version: '2023-01-01', superseded, handle: one(v2.encodeWithRegion) }),
        version({ version: '2024-05-30', handle: one(v2.encodeWithRegion) }),
      ],
    },
    {
      id: 'updateGroupBackupExportBucket',
      method: 'PATCH',
      event: 'CPS_SNAPSHOT_BUCKET_UPDATED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: '2024-05-30',
          body: v2.UpdateBody,
          handle: async (request) => {
            const bucket = await buckets.setPrivateNetworking(
              request.param('groupId'),
              request.param('exportBucketId'),
              request.body.requirePrivateNetworking,
            );
            return { status: 200, body: v2.encodeWithRegion(bucket) };
          },
        }),
      ],
    },
    {
      id: 'validateExportBucket',
      method: 'POST',
      path: `${ONE}/validation`,
      event: undefined,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          handle: async (request) => {
            const validation = await buckets.validate(request.param('groupId'), request.param('exportBucketId'));
            return { status: 200, body: encodeValidation(validation) };
          },
        }),
      ],
    },
    {
      id: 'deleteGroupBackupExportBucket',
      method: 'DELETE',
      event: 'CPS_SNAPSHOT_BUCKET_DELETED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: versions(['v1.0', '2023-01-01'], {
        handle: async (request) => {
          await buckets.remove(request.param('groupId'), request.param('exportBucketId'));
          return { status: 204 };
        },
      }),
    },
  ];
}
