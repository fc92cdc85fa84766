import {
  listReply,
  NOTHING,
  pageOf,
  version,
  versions,
  type Operation,
  type OperationVersion,
} from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { ExportBucketService } from './service.ts';
import { encodeValidation, ValidationSchema } from './wire-longshore.ts';
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
      summary: 'Returns the export buckets of a project',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', answers: pageOf(v1.BucketSchema), handle: list(v1.encode) }),
        version({ version: '2023-01-01', superseded, answers: pageOf(v2.BucketSchema), handle: list(v2.encode) }),
        version({ version: '2024-05-30', answers: pageOf(v2.BucketSchema), handle: list(v2.encode) }),
      ],
    },
    {
      id: 'createGroupBackupExportBucket',
      summary: 'Grants access to a bucket, so that snapshots can be exported to it',
      method: 'POST',
      event: 'CPS_SNAPSHOT_BUCKET_CREATED',
      path: ALL,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'v1.0',
          body: v1.CreateBody,
          answers: { status: 200, body: v1.CreatedSchema },
          handle: async (request) => {
            const bucket = await buckets.create(request.param('groupId'), v1.decodeCreate(request.body));
            return { status: 200, body: v1.encodeCreated(bucket) };
          },
        }),
        version({
          version: '2023-01-01',
          superseded,
          body: v2.CreateAwsBody,
          answers: { status: 200, body: v2.BucketSchema },
          handle: async (request) => {
            const bucket = await buckets.create(request.param('groupId'), v2.decodeCreateAws(request.body));
            return { status: 200, body: v2.encode(bucket) };
          },
        }),
        version({
          version: '2024-05-30',
          body: v2.CreateBody,
          answers: { status: 200, body: v2.BucketSchema },
          handle: async (request) => {
            const bucket = await buckets.create(request.param('groupId'), v2.decodeCreate(request.body));
            return { status: 200, body: v2.encode(bucket) };
          },
        }),
      ],
    },
    {
      id: 'getGroupBackupExportBucket',
      summary: 'Returns one export bucket',
      method: 'GET',
      path: ONE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', answers: { status: 200, body: v1.BucketSchema }, handle: one(v1.encode) }),
        version({
          version: '2023-01-01',
          superseded,
          answers: { status: 200, body: v2.BucketWithRegionSchema },
          handle: one(v2.encodeWithRegion),
        }),
        version({
          version: '2024-05-30',
          answers: { status: 200, body: v2.BucketWithRegionSchema },
          handle: one(v2.encodeWithRegion),
        }),
      ],
    },
    {
      id: 'updateGroupBackupExportBucket',
      summary: 'Sets whether exports to a bucket need a private network',
      method: 'PATCH',
      event: 'CPS_SNAPSHOT_BUCKET_UPDATED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: '2024-05-30',
          body: v2.UpdateBody,
          answers: { status: 200, body: v2.BucketWithRegionSchema },
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
      summary: 'Tries what an export needs of a bucket',
      method: 'POST',
      path: `${ONE}/validation`,
      event: undefined,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: ValidationSchema },
          handle: async (request) => {
            const validation = await buckets.validate(request.param('groupId'), request.param('exportBucketId'));
            return { status: 200, body: encodeValidation(validation) };
          },
        }),
      ],
    },
    {
      id: 'deleteGroupBackupExportBucket',
      summary: 'Removes an export bucket; its objects stay',
      method: 'DELETE',
      event: 'CPS_SNAPSHOT_BUCKET_DELETED',
      path: ONE,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: versions(['v1.0', '2023-01-01'], {
        answers: NOTHING,
        handle: async (request) => {
          await buckets.remove(request.param('groupId'), request.param('exportBucketId'));
          return { status: 204 };
        },
      }),
    },
  ];
}
