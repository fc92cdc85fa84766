import type { Id } from '../../kernel/ids.ts';

/** The states of an unfinished job. */
export const ACTIVE_STATES = ['Queued', 'InProgress'] as const;
export const EXPORT_JOB_STATES = [...ACTIVE_STATES, 'Successful', 'Failed', 'Cancelled'] as const;
export type ExportJobState = (typeof EXPORT_JOB_STATES)[number];

export interface CustomData {
  readonly key: string;
  readonly value: string;
}

/** What an export has written so far. */
export interface ExportFigures {
  readonly documents: number;
  readonly totalDocuments: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** The number and size of its objects in the bucket, without the dot-files. Known once it was successful. */
  readonly objects?: number;
  readonly objectBytes?: number;
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
  /** The key prefix of its objects, without a slash at either end. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
  readonly exportedCollections: number;
  readonly totalCollections: number;
  /** Known once an attempt has begun. */
  readonly figures: ExportFigures | undefined;
  /** Whether an attempt has claimed the folder, so that no other export writes there. */
  readonly isClaimed: boolean;
  /** Whether `.complete` may exist. */
  readonly isCompleting: boolean;
  /** Why it failed or was cancelled. */
  readonly reason: { readonly code: string; readonly message: string } | undefined;
}

/** Whether it is still to be worked on. */
export function isActive({ state }: ExportJob): boolean {
  return ACTIVE_STATES.some((active) => active === state);
}
