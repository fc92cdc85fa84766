import { PacedWrites } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { ExportObject, ExportProgress } from '../../pipelines/export/index.ts';
import { insertObjects } from './objects-table.ts';
import { setProgress } from './table.ts';

/** Stores the progress of an attempt, for the API and for the next attempt. */
export interface ProgressRecorder {
  readonly onProgress: (progress: ExportProgress) => void;
  /** Rejects if the attempt has lost its job. The attempt must then end. */
  readonly onObject: (object: ExportObject) => Promise<void>;
  /** Stores all progress that is not stored yet. */
  readonly flush: () => Promise<void>;
}

/** @param fence throws unless the attempt still holds its job. */
export function createProgressRecorder(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobId: Id;
  readonly fence: (transaction: Transaction) => Promise<void>;
}): ProgressRecorder {
  const { database, clock, jobId, fence } = options;
  let progress: ExportProgress | undefined;
  let unwritten: ExportObject[] = [];
  const writes = new PacedWrites(clock, async () => {
    const objects = unwritten;
    unwritten = [];
    await database.transaction().execute(async (transaction) => {
      await fence(transaction);
      await insertObjects(transaction, jobId, objects);
      if (progress !== undefined) await setProgress(transaction, jobId, progress);
    });
  });
  return {
    flush: () => writes.flush(),
    onProgress: (latest) => {
      progress = latest;
      // The next onObject rejects with this failure.
      writes.step().catch(() => undefined);
    },
    onObject: async (object) => {
      unwritten.push(object);
      await writes.step();
    },
  };
}
