import { PacedWrites } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { CaptureProgress } from '../../pipelines/capture/index.ts';
import type { SnapshotProgress } from './model.ts';
import { setProgress } from './table.ts';

/**
 * Stores the figures of a capture from time to time.
 * @param before what the attempts before this one have stored.
 * @param fence throws unless the attempt still holds its job.
 * @returns a function for the progress of the capture.
 */
export function recordProgress(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly snapshotId: Id;
  readonly before: SnapshotProgress | undefined;
  /** About the bytes that the capture will read; undefined if unknown. */
  readonly expectedBytes: number | undefined;
  readonly fence: (transaction: Transaction) => Promise<void>;
}): { readonly onProgress: (progress: CaptureProgress) => void; readonly flush: () => Promise<void> } {
  const { database, clock, snapshotId, before, expectedBytes, fence } = options;
  let latest: SnapshotProgress | undefined;
  const writes = new PacedWrites(clock, async () => {
    const progress = latest;
    if (progress === undefined) return;
    await database.transaction().execute(async (transaction) => {
      await fence(transaction);
      await setProgress(transaction, snapshotId, progress);
    });
  });
  return {
    onProgress: ({ collections, totalCollections, documents, bytes, newStoredBytes }) => {
      latest = {
        collections,
        totalCollections,
        documents,
        bytes,
        expectedBytes,
        newStoredBytes: newStoredBytes + (before?.newStoredBytes ?? 0),
      };
      // The attempt learns of a lost job by its signal.
      writes.step().catch(() => undefined);
    },
    flush: () => writes.flush(),
  };
}
