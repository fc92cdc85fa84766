import type { Clock } from '../../kernel/clock.ts';
import type { Checkpoint, SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { SnapshotSource } from '../../snapshot/sources/index.ts';
import type { BlockPool } from '../threads/index.ts';

export interface CaptureOptions {
  readonly source: SnapshotSource;
  readonly repository: SnapshotRepository;
  /** Of the snapshot to be made, 24 hex digits. */
  readonly id: string;
  readonly clusterName: string;
  /** When the first attempt began, milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Whether a value that an export cannot show as it is stored fails the capture. */
  readonly isStrict?: boolean;
  readonly signal: AbortSignal;
  readonly pool: BlockPool;
  /** Absent: what is stored until an attempt ends before its end is read again by the next one. */
  readonly checkpoints?: CheckpointOptions;
  /** Called after each block and each collection: often, so it must be quick. */
  readonly onProgress?: (progress: CaptureProgress) => void;
}

export interface CheckpointOptions {
  /** From 1. A later attempt at the same snapshot has a higher number. */
  readonly attempt: number;
  /** What earlier attempts stored, if the source goes on with their reading. */
  readonly earlier?: Checkpoint | undefined;
  readonly clock: Clock;
}

export interface CaptureProgress {
  readonly collections: number;
  readonly totalCollections: number;
  readonly documents: number;
  /** Uncompressed BSON read so far. */
  readonly bytes: number;
  /** How much of it the repository did not have yet. */
  readonly newBytes: number;
}
