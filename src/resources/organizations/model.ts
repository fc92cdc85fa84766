import type { Id } from '../../kernel/ids.ts';

export interface Organization {
  readonly id: Id;
  readonly name: string;
  readonly skipDefaultAlertsSettings: boolean;
  readonly createdAt: number;
}

/** The attributes of a change. An absent attribute keeps its value. */
export type OrganizationChanges = Partial<Pick<Organization, 'name' | 'skipDefaultAlertsSettings'>>;
export type NewOrganization = Pick<Organization, 'name'> & OrganizationChanges;
