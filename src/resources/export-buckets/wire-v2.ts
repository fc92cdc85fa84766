import { Type, type Static } from 'typebox';
import { ReadOnly, IdSchema, invalidAttribute, missingAttribute } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CloudProvider } from '../../object-store/addressing.ts';
import type { ExportBucket, NewExportBucket } from './model.ts';

const RoleId = Type.String({ pattern: '^[a-f0-9]{24}$' });

const AwsBody = Type.Object({
  bucketName: Type.String(),
  cloudProvider: Type.Literal('AWS'),
  iamRoleId: RoleId,
  requirePrivateNetworking: Type.Optional(Type.Boolean()),
  links: ReadOnly,
});

/** The body in 2023-01-01, for AWS only. */
export const CreateAwsBody = AwsBody;

/**
 * The body in 2024-05-30. `decodeCreate` checks the attributes of each provider. The schema is flat because its errors then name
 * the attribute; the errors of a union would only say that no branch matches.
 */
export const CreateBody = Type.Object({
  bucketName: Type.Optional(Type.String()),
  cloudProvider: Type.Union([Type.Literal('AWS'), Type.Literal('AZURE'), Type.Literal('GCP')]),
  iamRoleId: Type.Optional(RoleId),
  requirePrivateNetworking: Type.Optional(Type.Boolean()),
  roleId: Type.Optional(RoleId),
  serviceUrl: Type.Optional(Type.String({ minLength: 33, maxLength: 2048 })),
  tenantId: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' })),
  links: ReadOnly,
});

export const UpdateBody = Type.Object({ requirePrivateNetworking: Type.Boolean() });

const names = { _id: IdSchema, bucketName: Type.String() };
const aws = {
  ...names,
  cloudProvider: Type.Literal('AWS'),
  iamRoleId: IdSchema,
  requirePrivateNetworking: Type.Boolean(),
};
const AzureSchema = Type.Object(
  {
    ...names,
    cloudProvider: Type.Literal('AZURE'),
    roleId: IdSchema,
    serviceUrl: Type.String(),
    tenantId: Type.Optional(Type.String({ format: 'uuid' })),
  },
  { $id: 'AzureExportBucket' },
);
const GcpSchema = Type.Object(
  { ...names, cloudProvider: Type.Literal('GCP'), roleId: IdSchema },
  { $id: 'GcpExportBucket' },
);

/** The answer of `encode`. */
export const BucketSchema = Type.Union([Type.Object(aws), AzureSchema, GcpSchema], { $id: 'ExportBucket' });

/** The answer of `encodeWithRegion`. */
export const BucketWithRegionSchema = Type.Union(
  [Type.Object({ ...aws, region: Type.String() }), AzureSchema, GcpSchema],
  { $id: 'ExportBucketWithRegion' },
);

export function decodeCreateAws(body: Static<typeof CreateAwsBody>): NewExportBucket {
  const { bucketName, iamRoleId, requirePrivateNetworking = false } = body;
  return { provider: 'AWS', bucketName, roleId: iamRoleId, requirePrivateNetworking };
}

type Attribute = Exclude<keyof Static<typeof CreateBody>, 'cloudProvider' | 'links'>;

/** The valid attributes for each provider. `decodeCreate` checks the required attributes. */
const ATTRIBUTES: Readonly<Record<CloudProvider, readonly Attribute[]>> = {
  AWS: ['bucketName', 'iamRoleId', 'requirePrivateNetworking'],
  AZURE: ['roleId', 'serviceUrl', 'bucketName', 'tenantId'],
  GCP: ['bucketName', 'roleId'],
};

/** @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_ATTRIBUTE` */
export function decodeCreate(body: Static<typeof CreateBody>): NewExportBucket {
  const { cloudProvider, bucketName, tenantId } = body;
  const foreign = Object.keys(body).find(
    (name) => ![...ATTRIBUTES[cloudProvider], 'cloudProvider', 'links'].some((known) => known === name),
  );
  if (foreign !== undefined) throw invalidAttribute(foreign);
  const required = <Name extends Attribute>(name: Name): NonNullable<Static<typeof CreateBody>[Name]> => {
    const value = body[name];
    if (value === undefined) throw missingAttribute(name);
    return value;
  };
  switch (cloudProvider) {
    case 'AWS':
      return {
        provider: 'AWS',
        bucketName: required('bucketName'),
        roleId: required('iamRoleId'),
        requirePrivateNetworking: body.requirePrivateNetworking ?? false,
      };
    case 'AZURE':
      return {
        provider: 'AZURE',
        roleId: required('roleId'),
        serviceUrl: required('serviceUrl'),
        bucketName,
        tenantId,
      };
    case 'GCP':
      return { provider: 'GCP', bucketName: required('bucketName'), roleId: required('roleId') };
  }
}

/** Encodes a bucket for lists and for the answer to POST. */
export function encode(bucket: ExportBucket): JsonObject {
  return bucket.provider === 'AWS'
    ? { ...encodeNames(bucket), requirePrivateNetworking: bucket.requirePrivateNetworking }
    : encodeNames(bucket);
}

/** Encodes a bucket for GET and PATCH. An AWS bucket has its region. */
export function encodeWithRegion(bucket: ExportBucket): JsonObject {
  if (bucket.provider !== 'AWS') return encode(bucket);
  const { region, requirePrivateNetworking } = bucket;
  return { ...encodeNames(bucket), region, requirePrivateNetworking };
}

/** Returns the attributes that all answers have. Keys are in wire order. */
function encodeNames(bucket: ExportBucket): JsonObject {
  const names = { _id: bucket.id, bucketName: bucket.bucketName, cloudProvider: bucket.provider };
  switch (bucket.provider) {
    case 'AWS':
      return { ...names, iamRoleId: bucket.roleId };
    case 'AZURE': {
      const tenant = bucket.tenantId === undefined ? {} : { tenantId: bucket.tenantId };
      return { ...names, roleId: bucket.roleId, serviceUrl: bucket.serviceUrl, ...tenant };
    }
    case 'GCP':
      return { ...names, roleId: bucket.roleId };
  }
}
