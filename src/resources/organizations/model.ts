import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';

export interface Organization {
  readonly id: Id;
  readonly name: string;
  readonly skipDefaultAlertsSettings: boolean;
  readonly createdAt: number;
}

/** The attributes of a change. An absent attribute keeps its value. */
export type OrganizationChanges = Partial<Pick<Organization, 'name' | 'skipDefaultAlertsSettings'>>;
export type NewOrganization = Pick<Organization, 'name'> & OrganizationChanges;

/**
 * The settings of an organization. `apiAccessListRequired` and `maxServiceAccountSecretValidityInHours` have an effect. The other settings
 * are about persons and about features that Longshore has not; they are kept for clients that set them.
 */
export interface OrganizationSettings {
  readonly apiAccessListRequired: boolean;
  readonly maxServiceAccountSecretValidityInHours: number | undefined;
  readonly others: JsonObject;
}

/** The attributes of a change. An absent attribute keeps its value. */
export type SettingsChanges = Partial<OrganizationSettings>;
