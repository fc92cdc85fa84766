import { Type, type Static } from 'typebox';
import { invalidAttribute, missingAttribute } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { providerNotConfigured } from './errors.ts';
import type { ExportBucket, NewExportBucket } from './model.ts';

const RoleId = Type.String({ pattern: '^[a-f0-9]{24}$' });

const AwsBody = Type.Object({
  bucketName: Type.String(),
  cloudProvider: Type.Literal('AWS'),
  iamRoleId: RoleId,
  requirePrivateNetworking: Type.Optional(Type.Boolean()),
});

/** Of 2023-01-01: AWS buckets only. */
export const CreateAwsBody = AwsBody;

/**
 * Of 2024-05-30. `cloudProvider` says which of the attributes must and may be there, see `decodeCreate`: one flat schema
 * with the attributes of all three gives errors that name the attribute, where a union would only say that none matched.
 */
export const CreateBody = Type.Object({
  bucketName: Type.Optional(Type.String()),
  cloudProvider: Type.Union([Type.Literal('AWS'), Type.Literal('AZURE'), Type.Literal('GCP')]),
  iamRoleId: Type.Optional(RoleId),
  requirePrivateNetworking: Type.Optional(Type.Boolean()),
  roleId: Type.Optional(RoleId),
  serviceUrl: Type.Optional(Type.String({ minLength: 33, maxLength: 2048 })),
  tenantId: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' })),
});

export const UpdateBody = Type.Object({ requirePrivateNetworking: Type.Boolean() });

export function decodeCreateAws(body: Static<typeof CreateAwsBody>): NewExportBucket {
  return {
    bucketName: body.bucketName,
    roleId: body.iamRoleId,
    requirePrivateNetworking: body.requirePrivateNetworking ?? false,
  };
}

type Attribute = Exclude<keyof Static<typeof CreateBody>, 'cloudProvider'>;

const ATTRIBUTES: Readonly<
  Record<Static<typeof CreateBody>['cloudProvider'], { required: readonly Attribute[]; optional: readonly Attribute[] }>
> = {
  AWS: { required: ['bucketName', 'iamRoleId'], optional: ['requirePrivateNetworking'] },
  AZURE: { required: ['roleId', 'serviceUrl'], optional: ['bucketName', 'tenantId'] },
  GCP: { required: ['bucketName', 'roleId'], optional: [] },
};

/** @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_ATTRIBUTE`, `INVALID_PROVIDER` */
export function decodeCreate(body: Static<typeof CreateBody>): NewExportBucket {
  const { cloudProvider, bucketName, iamRoleId } = body;
  const { required, optional } = ATTRIBUTES[cloudProvider];
  const foreign = Object.keys(body).find(
    (name) => ![...required, ...optional, 'cloudProvider'].some((n) => n === name),
  );
  if (foreign !== undefined) throw invalidAttribute(foreign);
  const missing = required.find((name) => body[name] === undefined);
  if (missing !== undefined) throw missingAttribute(missing);
  if (bucketName === undefined || iamRoleId === undefined) throw providerNotConfigured(cloudProvider);
  return { bucketName, roleId: iamRoleId, requirePrivateNetworking: body.requirePrivateNetworking ?? false };
}

/** As POST answers and lists hold it. */
export function encode(bucket: ExportBucket): JsonObject {
  return {
    _id: bucket.id,
    bucketName: bucket.bucketName,
    cloudProvider: bucket.provider,
    iamRoleId: bucket.roleId,
    requirePrivateNetworking: bucket.requirePrivateNetworking,
  };
}

/** As GET of one bucket and PATCH answer: with the region. */
export function encodeWithRegion(bucket: ExportBucket): JsonObject {
  const { requirePrivateNetworking, ...rest } = encode(bucket);
  return { ...rest, region: bucket.region, requirePrivateNetworking: requirePrivateNetworking ?? false };
}
