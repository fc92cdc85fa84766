import type { Id } from '../../kernel/ids.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export const REGION_USAGE_RESTRICTIONS = ['COMMERCIAL_FEDRAMP_REGIONS_ONLY', 'GOV_REGIONS_ONLY'] as const;

/** A project, which Atlas's API calls a group. */
export interface Project {
  readonly id: Id;
  readonly orgId: Id;
  readonly name: string;
  readonly tags: readonly Tag[];
  readonly withDefaultAlertsSettings: boolean;
  /** Kept for clients that set it; Longshore has no regions to restrict. */
  readonly regionUsageRestrictions: string | undefined;
  readonly createdAt: number;
  readonly clusterCount: number;
}

/** What a change may set; what is absent stays as it is. */
export type ProjectChanges = Partial<Pick<Project, 'name' | 'tags' | 'withDefaultAlertsSettings'>>;

export type NewProject = Pick<Project, 'orgId' | 'name'> &
  Partial<Pick<Project, 'tags' | 'withDefaultAlertsSettings' | 'regionUsageRestrictions'>>;
