import { Type, type Static } from 'typebox';
import { ReadOnly, IdSchema, missingAttribute, TimeSchema } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { CLOUD_PROVIDERS, type CloudProvider } from '../../object-store/addressing.ts';
import type { Authorization, NewAccessRole, UsedRole } from './model.ts';

const ProviderName = Type.Enum([...CLOUD_PROVIDERS]);

// Azure's attributes are valid for every provider, because Atlas has one schema for all providers.
const Azure = {
  atlasAzureAppId: Type.Optional(Type.String()),
  servicePrincipalId: Type.Optional(Type.String()),
  tenantId: Type.Optional(Type.String()),
};

const readOnly = {
  _id: ReadOnly,
  atlasAWSAccountArn: ReadOnly,
  atlasAssumedRoleExternalId: ReadOnly,
  authorizedDate: ReadOnly,
  createdDate: ReadOnly,
  featureUsages: ReadOnly,
  gcpServiceAccountForAtlas: ReadOnly,
  lastUpdatedDate: ReadOnly,
  roleId: ReadOnly,
};

export const CreateBody = Type.Object({ providerName: ProviderName, ...Azure, ...readOnly });

export const AuthorizeBody = Type.Object({
  providerName: ProviderName,
  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
  iamAssumedRoleArn: Type.Optional(
    Type.String({ maxLength: 2048, pattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\x21-\\x7e]+$' }),
  ),
  ...Azure,
  ...readOnly,
});

/** @throws ApiError `MISSING_ATTRIBUTE` */
export function decodeCreate(body: Static<typeof CreateBody>): NewAccessRole {
  switch (body.providerName) {
    case 'AWS':
    case 'GCP':
      return { provider: body.providerName };
    case 'AZURE': {
      const { atlasAzureAppId, servicePrincipalId, tenantId } = body;
      if (atlasAzureAppId === undefined) throw missingAttribute('atlasAzureAppId');
      if (servicePrincipalId === undefined) throw missingAttribute('servicePrincipalId');
      if (tenantId === undefined) throw missingAttribute('tenantId');
      return { provider: 'AZURE', atlasAzureAppId, servicePrincipalId, tenantId };
    }
  }
}

/** @throws ApiError `MISSING_ATTRIBUTE` */
export function decodeAuthorize({ providerName, iamAssumedRoleArn }: Static<typeof AuthorizeBody>): Authorization {
  if (providerName !== 'AWS') return { provider: providerName };
  if (iamAssumedRoleArn === undefined) throw missingAttribute('iamAssumedRoleArn');
  return { provider: 'AWS', iamAssumedRoleArn };
}

const FeatureUsages = Type.Array(
  Type.Object({
    featureId: Type.Object({ exportBucketId: IdSchema, groupId: IdSchema }),
    featureType: Type.Literal('EXPORT_SNAPSHOT'),
  }),
);

const AwsRoleSchema = Type.Object(
  {
    atlasAWSAccountArn: Type.String(),
    atlasAssumedRoleExternalId: Type.String({ format: 'uuid' }),
    authorizedDate: Type.Union([TimeSchema, Type.Null()]),
    createdDate: TimeSchema,
    featureUsages: FeatureUsages,
    iamAssumedRoleArn: Type.Union([Type.String(), Type.Null()]),
    providerName: Type.Literal('AWS'),
    roleId: IdSchema,
  },
  { $id: 'AwsRole' },
);
const AzureRoleSchema = Type.Object(
  {
    _id: IdSchema,
    atlasAzureAppId: Type.String(),
    createdDate: TimeSchema,
    featureUsages: FeatureUsages,
    lastUpdatedDate: TimeSchema,
    providerName: Type.Literal('AZURE'),
    servicePrincipalId: Type.String(),
    tenantId: Type.String(),
  },
  { $id: 'AzureServicePrincipal' },
);
const GcpRoleSchema = Type.Object(
  {
    createdDate: TimeSchema,
    featureUsages: FeatureUsages,
    gcpServiceAccountForAtlas: Type.String(),
    providerName: Type.Literal('GCP'),
    roleId: IdSchema,
    status: Type.Literal('COMPLETE'),
  },
  { $id: 'GcpServiceAccount' },
);

export const RoleSchemas = [AwsRoleSchema, AzureRoleSchema, GcpRoleSchema] as const;
export const RoleSchema = Type.Union([...RoleSchemas], { $id: 'CloudProviderAccessRole' });

export const RolesSchema = Type.Object(
  {
    awsIamRoles: Type.Array(AwsRoleSchema),
    azureServicePrincipals: Type.Array(AzureRoleSchema),
    gcpServiceAccounts: Type.Array(GcpRoleSchema),
  },
  { $id: 'CloudProviderAccessRoles' },
);

/** Encodes a role in the form of its provider. Unknown values are null. Keys are in wire order. */
export function encode({ role, exportBuckets }: UsedRole): JsonObject {
  const featureUsages: Json = exportBuckets.map(({ exportBucketId, groupId }) => ({
    featureId: { exportBucketId, groupId },
    featureType: 'EXPORT_SNAPSHOT',
  }));
  const authorizedDate = role.authorizedAt === undefined ? null : atlasTime(role.authorizedAt);
  const createdDate = atlasTime(role.createdAt);
  switch (role.provider) {
    case 'AWS':
      return {
        atlasAWSAccountArn: role.accountArn,
        atlasAssumedRoleExternalId: role.externalId,
        authorizedDate,
        createdDate,
        featureUsages,
        iamAssumedRoleArn: role.iamAssumedRoleArn ?? null,
        providerName: role.provider,
        roleId: role.id,
      };
    case 'AZURE':
      return {
        _id: role.id,
        atlasAzureAppId: role.atlasAzureAppId,
        createdDate,
        featureUsages,
        lastUpdatedDate: authorizedDate ?? createdDate,
        providerName: role.provider,
        servicePrincipalId: role.servicePrincipalId,
        tenantId: role.tenantId,
      };
    case 'GCP':
      return {
        createdDate,
        featureUsages,
        gcpServiceAccountForAtlas: role.gcpServiceAccountForAtlas,
        providerName: role.provider,
        roleId: role.id,
        // The service account exists from the start, because it is this server's own.
        status: 'COMPLETE',
      };
  }
}

/** Encodes all roles of a project, grouped by provider, without paging. */
export function encodeList(roles: readonly UsedRole[]): JsonObject {
  const of = (provider: CloudProvider): JsonObject[] =>
    roles.filter(({ role }) => role.provider === provider).map(encode);
  return { awsIamRoles: of('AWS'), azureServicePrincipals: of('AZURE'), gcpServiceAccounts: of('GCP') };
}
