import type { Clock } from '../../kernel/clock.ts';
import type { Checkpoint, SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { SnapshotSource } from '../../snapshot/sources/index.ts';
import type { BlockPool } from '../threads/index.ts';
import type { GoodBlocks } from './good-blocks.ts';

export interface CaptureOptions {
  readonly source: SnapshotSource;
  readonly repository: SnapshotRepository;
  /** The id of the new snapshot, 24 hex digits. */
  readonly id: string;
  readonly clusterName: string;
  /** The start of the first attempt, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Whether a value fails the capture if an export cannot show it as it is stored. */
  readonly isStrict?: boolean;
  readonly signal: AbortSignal;
  readonly pool: BlockPool;
  /** The blocks that need no check, which the capture adds to; absent: every block is checked. */
  readonly goodBlocks?: GoodBlocks;
  /** Absent: the next attempt reads all documents again. */
  readonly checkpoints?: CheckpointOptions;
  /** Called after each block and each collection. It must be fast. */
  readonly onProgress?: (progress: CaptureProgress) => void;
}

export interface CheckpointOptions {
  /** Starts at 1. A later attempt at the same snapshot has a higher number. */
  readonly attempt: number;
  /** The progress of earlier attempts, if the source continues their reading. */
  readonly earlier?: Checkpoint | undefined;
  readonly clock: Clock;
}

export interface CaptureProgress {
  readonly collections: number;
  readonly totalCollections: number;
  readonly documents: number;
  /** Bytes of uncompressed BSON read so far. */
  readonly bytes: number;
  /** The bytes that the repository did not have yet. */
  readonly newBytes: number;
  /** The size of these bytes in the repository. */
  readonly newStoredBytes: number;
}
