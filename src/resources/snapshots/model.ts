import type { Id } from '../../kernel/ids.ts';
import type { FindingCounts } from '../../extjson/index.ts';
import type { LocatedBadValue } from '../../snapshot/repository/index.ts';
import type { Consistency, LeftOut } from '../../snapshot/contract.ts';

/** The statuses of a snapshot whose capture has not ended. */
export const UNFINISHED_STATUSES = ['queued', 'inProgress'] as const;
export const SNAPSHOT_STATUSES = [...UNFINISHED_STATUSES, 'completed', 'failed'] as const;
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number];

/** The findings in a snapshot: what does not read back from an export as it is stored. */
export interface SnapshotFindings extends FindingCounts {
  /** The first of the bad values. */
  readonly badValues: readonly LocatedBadValue[];
}

/** A snapshot of a cluster. Times are milliseconds since the Unix epoch. */
export interface Snapshot {
  readonly id: Id;
  readonly groupId: Id;
  readonly clusterId: Id;
  readonly description: string;
  readonly retentionDays: number;
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
  /** Why it failed. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

/** Whether its capture has not ended. */
export function isUnfinished(snapshot: Snapshot): boolean {
  return UNFINISHED_STATUSES.some((status) => status === snapshot.status);
}
