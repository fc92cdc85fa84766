import { Type, type Static } from 'typebox';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CompliancePolicy } from './model.ts';
import { IdSchema, TimeSchema } from '../../http/index.ts';
import { encodePolicyItem, PolicyItemBody, PolicyItemSchema } from './wire-policy-item.ts';

const Name = Type.String({ maxLength: 256 });

/** Its attributes are optional, because older clients send an empty object for an item that is not set. */
const OnDemandItem = Type.Union([
  Type.Null(),
  Type.Partial(Type.Object({ ...PolicyItemBody.properties, frequencyType: Type.Literal('ondemand') })),
]);

const COMMON = {
  authorizedEmail: Type.String({ maxLength: 256, pattern: '^[^\\s@]+@[^\\s@]+$' }),
  copyProtectionEnabled: Type.Optional(Type.Boolean()),
  deletable: Type.Optional(Type.Boolean()),
  encryptionAtRestEnabled: Type.Optional(Type.Boolean()),
  onDemandPolicyItem: Type.Optional(OnDemandItem),
  pitEnabled: Type.Optional(Type.Boolean()),
  projectId: Type.Optional(Type.String({ pattern: '^[a-f0-9]{24}$' })),
  restoreWindowDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 36_500 })),
  scheduledPolicyItems: Type.Optional(Type.Union([Type.Array(PolicyItemBody, { maxItems: 100 }), Type.Null()])),
  // The client's copy of what the server writes is not read.
  state: Type.Optional(Type.Enum(['ACTIVE', 'ENABLING', 'UPDATING', 'DISABLING'])),
  updatedDate: Type.Optional(Type.String()),
  updatedUser: Type.Optional(Type.String()),
};

/** The body in v1.0 and in 2023-01-01, in which the names of the representative are optional. */
export const PutBody20230101 = Type.Object({
  ...COMMON,
  authorizedUserFirstName: Type.Optional(Name),
  authorizedUserLastName: Type.Optional(Name),
});
export const PutBody = Type.Object({ ...COMMON, authorizedUserFirstName: Name, authorizedUserLastName: Name });
export type PutBody = Static<typeof PutBody20230101>;

export type State = 'ACTIVE' | 'ENABLING' | 'UPDATING';

export const PolicySchema = Type.Object(
  {
    authorizedEmail: Type.String(),
    authorizedUserFirstName: Type.String(),
    authorizedUserLastName: Type.String(),
    copyProtectionEnabled: Type.Boolean(),
    deletable: Type.Boolean(),
    encryptionAtRestEnabled: Type.Boolean(),
    onDemandPolicyItem: Type.Union([PolicyItemSchema, Type.Null()]),
    pitEnabled: Type.Boolean(),
    projectId: IdSchema,
    restoreWindowDays: Type.Integer(),
    scheduledPolicyItems: Type.Array(PolicyItemSchema),
    state: Type.Enum(['ACTIVE', 'ENABLING', 'UPDATING']),
    updatedDate: TimeSchema,
    updatedUser: Type.String(),
  },
  { $id: 'BackupCompliancePolicy' },
);

/** The answer for a project that may have no policy. Its document is empty then. */
export const AnyPolicySchema = Type.Union([PolicySchema, Type.Object({}, { additionalProperties: false })]);

/** Encodes a policy. A project without one has an empty document. */
export function encode(policy: CompliancePolicy | undefined, state: State): JsonObject {
  if (policy === undefined) return {};
  return {
    authorizedEmail: policy.authorizedEmail,
    authorizedUserFirstName: policy.authorizedFirstName,
    authorizedUserLastName: policy.authorizedLastName,
    copyProtectionEnabled: policy.copyProtectionEnabled,
    deletable: false,
    encryptionAtRestEnabled: policy.encryptionAtRestEnabled,
    onDemandPolicyItem: policy.onDemandPolicyItem === undefined ? null : encodePolicyItem(policy.onDemandPolicyItem),
    pitEnabled: policy.pitEnabled,
    projectId: policy.groupId,
    restoreWindowDays: policy.restoreWindowDays,
    scheduledPolicyItems: policy.scheduledPolicyItems.map(encodePolicyItem),
    state,
    updatedDate: atlasTime(policy.updatedAt),
    updatedUser: policy.updatedBy,
  };
}
