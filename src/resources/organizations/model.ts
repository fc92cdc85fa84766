import type { Id } from '../../kernel/ids.ts';

export interface Organization {
  readonly id: Id;
  readonly name: string;
  readonly skipDefaultAlertsSettings: boolean;
  readonly createdAt: number;
}

/** What a change may set; what is absent stays as it is. */
export type OrganizationChanges = Partial<Pick<Organization, 'name' | 'skipDefaultAlertsSettings'>>;
export type NewOrganization = Pick<Organization, 'name'> & OrganizationChanges;
