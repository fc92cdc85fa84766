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
  /** Stored for clients that set it. Longshore has no regions, so the value has no effect. */
  readonly regionUsageRestrictions: string | undefined;
  readonly createdAt: number;
  readonly clusterCount: number;
}

/** The attributes of a change. An absent attribute keeps its value. */
export type ProjectChanges = Partial<Pick<Project, 'name' | 'tags' | 'withDefaultAlertsSettings'>>;

export type NewProject = Pick<Project, 'orgId' | 'name'> &
  Partial<Pick<Project, 'tags' | 'withDefaultAlertsSettings' | 'regionUsageRestrictions'>>;
