import { Type, type Static } from 'typebox';
import type { JsonObject } from '../../kernel/json.ts';
import type { OrganizationSettings, SettingsChanges } from './model.ts';

const Flag = Type.Optional(Type.Boolean());
const Contact = Type.Optional(Type.Union([Type.String({ maxLength: 320 }), Type.Null()]));
const Seconds = Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]));

export const SettingsBody = Type.Object({
  apiAccessListRequired: Flag,
  customSessionTimeouts: Type.Optional(
    Type.Object({ absoluteSessionTimeoutInSeconds: Seconds, idleSessionTimeoutInSeconds: Seconds }),
  ),
  genAIFeaturesEnabled: Flag,
  maxServiceAccountSecretValidityInHours: Type.Optional(Type.Integer({ minimum: 8, maximum: 8760 })),
  multiFactorAuthRequired: Flag,
  operationsContact: Contact,
  restrictEmployeeAccess: Flag,
  securityContact: Contact,
  streamsCrossGroupEnabled: Flag,
});

export function decodeSettings(body: Static<typeof SettingsBody>): SettingsChanges {
  const { apiAccessListRequired, maxServiceAccountSecretValidityInHours, ...others } = body;
  return {
    ...(apiAccessListRequired === undefined ? {} : { apiAccessListRequired }),
    ...(maxServiceAccountSecretValidityInHours === undefined ? {} : { maxServiceAccountSecretValidityInHours }),
    others,
  };
}

export const SettingsSchema = Type.Object(
  {
    ...SettingsBody.properties,
    apiAccessListRequired: Type.Boolean(),
    genAIFeaturesEnabled: Type.Boolean(),
    multiFactorAuthRequired: Type.Boolean(),
    restrictEmployeeAccess: Type.Boolean(),
  },
  { $id: 'OrganizationSettings' },
);

/** Encodes the settings in Atlas's order, which is alphabetical. */
export function encodeSettings(settings: OrganizationSettings): JsonObject {
  const { apiAccessListRequired, maxServiceAccountSecretValidityInHours: hours, others } = settings;
  const document: JsonObject = {
    ...{ genAIFeaturesEnabled: true, multiFactorAuthRequired: false, restrictEmployeeAccess: false },
    ...others,
    apiAccessListRequired,
    ...(hours === undefined ? {} : { maxServiceAccountSecretValidityInHours: hours }),
  };
  return Object.fromEntries(Object.entries(document).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
