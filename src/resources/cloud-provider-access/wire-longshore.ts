import { Type } from 'typebox';
import type { JsonObject } from '../../kernel/json.ts';
import type { UsedRole } from './model.ts';
import { encode, RoleSchemas } from './wire.ts';

const details = { kind: Type.String(), warnings: Type.Array(Type.String()) };

export const DetailsSchema = Type.Union(
  RoleSchemas.map(({ properties }) => Type.Object({ ...properties, ...details })),
  { $id: 'CloudProviderAccessRoleDetails' },
);

const anyExternalId = (externalId: string): string =>
  'AWS assumed this IAM role with a wrong ExternalId, so other users of this server who know its ARN can use it. Add the condition ' +
  `{"StringEquals": {"sts:ExternalId": "${externalId}"}} to its trust policy, then authorize it again.`;

/**
 * Encodes Atlas's document of a role, what the provider is on this server, and what is wrong with the role although it is
 * authorized.
 */
export function encodeDetails(used: UsedRole, kind: string): JsonObject {
  const { role } = used;
  const warnings = role.provider === 'AWS' && role.takesAnyExternalId ? [anyExternalId(role.externalId)] : [];
  return { ...encode(used), kind, warnings };
}
