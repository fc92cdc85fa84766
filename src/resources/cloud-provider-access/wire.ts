import { Type } from 'typebox';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { CLOUD_PROVIDERS } from './role.ts';
import type { UsedRole } from './service.ts';

const ProviderName = Type.Enum([...CLOUD_PROVIDERS]);

// Atlas has one schema for all providers: what only Azure has is understood, so that the answer is about the provider.
const Azure = {
  atlasAzureAppId: Type.Optional(Type.String()),
  servicePrincipalId: Type.Optional(Type.String()),
  tenantId: Type.Optional(Type.String()),
};

// Some SDKs send the read-only attributes along, with their language's empty values.
const ReadOnly = Type.Optional(Type.Unknown());
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

export const CreateAccessRole = Type.Object({ providerName: ProviderName, ...Azure, ...readOnly });

export const AuthorizeAccessRole = Type.Object({
  providerName: ProviderName,
  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
  iamAssumedRoleArn: Type.Optional(
    Type.String({ maxLength: 2048, pattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\x21-\\x7e]+$' }),
  ),
  ...Azure,
  ...readOnly,
});

/** A role as Atlas shows it; what is not known yet is null. */
export function roleDocument({ role, exportBuckets }: UsedRole): JsonObject {
  return {
    atlasAWSAccountArn: role.accountArn,
    atlasAssumedRoleExternalId: role.externalId,
    authorizedDate: role.authorizedAt === undefined ? null : atlasTime(role.authorizedAt),
    createdDate: atlasTime(role.createdAt),
    featureUsages: exportBuckets.map(({ exportBucketId, groupId }) => ({
      featureId: { exportBucketId, groupId },
      featureType: 'EXPORT_SNAPSHOT',
    })),
    iamAssumedRoleArn: role.iamAssumedRoleArn ?? null,
    providerName: role.provider,
    roleId: role.id,
  };
}

/** All roles of a project, by provider; not paginated. */
export function rolesDocument(roles: readonly UsedRole[]): JsonObject {
  return { awsIamRoles: roles.map(roleDocument), azureServicePrincipals: [], gcpServiceAccounts: [] };
}
