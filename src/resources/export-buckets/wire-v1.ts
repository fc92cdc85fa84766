import { Type, type Static } from 'typebox';
import { IdSchema, ReadOnly } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportBucket, NewExportBucket } from './model.ts';

export const CreateBody = Type.Object({
  bucketName: Type.String(),
  cloudProvider: Type.Literal('AWS'),
  iamRoleId: Type.String({ pattern: '^[a-f0-9]{24}$' }),
  _id: ReadOnly,
  links: ReadOnly,
});

const names = { _id: IdSchema, bucketName: Type.String() };

/** A bucket of v2 that is not on AWS is in the lists of v1.0, too. */
export const BucketSchema = Type.Union(
  [
    Type.Object({ ...names, cloudProvider: Type.Literal('AWS'), iamRoleId: IdSchema }),
    Type.Object({ ...names, cloudProvider: Type.Enum(['AZURE', 'GCP']), roleId: IdSchema }),
  ],
  { $id: 'ExportBucket' },
);

export const CreatedSchema = Type.Object(
  { ...names, cloudProvider: Type.Literal('AWS'), iamRoleId: IdSchema, id: IdSchema, projectId: IdSchema },
  { $id: 'CreatedExportBucket' },
);

export function decodeCreate(body: Static<typeof CreateBody>): NewExportBucket {
  const { bucketName, iamRoleId } = body;
  return { provider: 'AWS', bucketName, roleId: iamRoleId, requirePrivateNetworking: false };
}

/** Encodes the answer to POST with `id` and `_id`: Atlas's v1.0 table says `id`, its example and all clients use `_id`. */
export function encodeCreated(bucket: ExportBucket): JsonObject {
  return { ...encode(bucket), id: bucket.id, projectId: bucket.groupId };
}

export function encode(bucket: ExportBucket): JsonObject {
  return {
    _id: bucket.id,
    bucketName: bucket.bucketName,
    cloudProvider: bucket.provider,
    [bucket.provider === 'AWS' ? 'iamRoleId' : 'roleId']: bucket.roleId,
  };
}
