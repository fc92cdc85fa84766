import type { Id } from '../../kernel/ids.ts';
import type { FindingCounts } from '../../extjson/index.ts';
import type { LocatedBadValue } from '../../snapshot/repository/index.ts';
import type { Consistency, LeftOut } from '../../snapshot/contract.ts';
import type { Retention } from './retention.ts';

/** The statuses of a snapshot whose capture has not ended. */
export const UNFINISHED_STATUSES = ['queued', 'inProgress'] as const;
export const SNAPSHOT_STATUSES = [...UNFINISHED_STATUSES, 'completed', 'failed'] as const;
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number];

/** How often a schedule takes snapshots, from the most frequent to the least frequent. */
export const FREQUENCY_TYPES = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type FrequencyType = (typeof FREQUENCY_TYPES)[number];

/** The moment of a schedule that a snapshot is taken for. */
export interface ScheduledMoment {
  /** Milliseconds since the Unix epoch. */
  readonly dueAt: number;
  /** The frequency of the policy item with the longest retention. */
  readonly frequencyType: FrequencyType;
  /** All policy items that the snapshot serves, the one with the longest retention first. */
  readonly policyItemIds: readonly Id[];
}

/** The findings in a snapshot: what does not read back from an export as it is stored. */
export interface SnapshotFindings extends FindingCounts {
  /** The first of the bad values. */
  readonly badValues: readonly LocatedBadValue[];
}

/** What a capture has read and stored so far. */
export interface SnapshotProgress {
  readonly collections: number;
  readonly totalCollections: number;
  readonly documents: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  /** About the bytes that it will read, by the files of the dump or by the snapshot before it; undefined if unknown. */
  readonly expectedBytes: number | undefined;
  /** The size in the repository of what the repository did not have yet, over all attempts. */
  readonly newStoredBytes: number;
}

/** A snapshot of a cluster. Times are milliseconds since the Unix epoch. */
export interface Snapshot {
  readonly id: Id;
  readonly groupId: Id;
  readonly clusterId: Id;
  readonly description: string;
  readonly retention: Retention;
  /** Whether a client has set the retention, which the schedule does not change any more. */
  readonly hasOwnRetention: boolean;
  /** Undefined: a client has asked for the snapshot. */
  readonly scheduledFor: ScheduledMoment | undefined;
  /** The shards that its cluster had; 0: the cluster was a replica set. */
  readonly shardCount: number;
  readonly status: SnapshotStatus;
  readonly requestedAt: number;
  /** The start of the capture. */
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  readonly expiresAt: number;
  /** Known once the source was opened. */
  readonly mongodbVersion: string | undefined;
  /** The size of its blocks in the repository; 0 until it is complete. */
  readonly storageSizeBytes: number;
  /** Known once the source was opened. */
  readonly consistency: Consistency | undefined;
  /** The parts of the source that the snapshot leaves out. Known once the source was opened. */
  readonly leftOut: readonly LeftOut[] | undefined;
  /** Whether it refuses bad values. */
  readonly strict: boolean;
  /** Known once it is complete. */
  readonly findings: SnapshotFindings | undefined;
  /** Known once the capture has begun. */
  readonly progress: SnapshotProgress | undefined;
  /** Why it failed. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

/** Whether its capture has not ended. */
export function isUnfinished(snapshot: Snapshot): boolean {
  return UNFINISHED_STATUSES.some((status) => status === snapshot.status);
}
