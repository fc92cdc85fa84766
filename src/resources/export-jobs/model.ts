import type { Id } from '../../kernel/ids.ts';

/** States of a job that is still to be worked on. */
export const ACTIVE_STATES = ['Queued', 'InProgress'] as const;
export const EXPORT_JOB_STATES = [...ACTIVE_STATES, 'Successful', 'Failed', 'Cancelled'] as const;
export type ExportJobState = (typeof EXPORT_JOB_STATES)[number];

export interface CustomData {
  readonly key: string;
  readonly value: string;
}

/** The export of one snapshot to one bucket. Times are milliseconds since the Unix epoch. */
export interface ExportJob {
  readonly id: Id;
  readonly groupId: Id;
  readonly clusterId: Id;
  readonly snapshotId: Id;
  readonly exportBucketId: Id;
  readonly state: ExportJobState;
  readonly customData: readonly CustomData[];
  /** Where its objects are in the bucket; no slash at either end. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
  readonly exportedCollections: number;
  readonly totalCollections: number;
  /** Why it failed. */
  readonly reason: { readonly code: string; readonly message: string } | undefined;
}
