import { steadyClock, type Clock } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { RestoreProgress } from '../../pipelines/restore/index.ts';
import type { StoredRecord } from './stored-restore.ts';
import * as table from './table.ts';

/** The shortest time between two writes of the progress, because each write waits for the disk. */
export const WRITE_INTERVAL_MS = 1000;

/** Keeps the progress of an attempt, for the API and for the next attempt. */
export interface ProgressRecorder {
  readonly onProgress: (progress: RestoreProgress) => void;
  /** Rejects if the attempt has lost its job, which may have been cancelled. The attempt must then end. */
  readonly save: (record: StoredRecord) => Promise<void>;
  /** Waits for the last write of the progress. */
  readonly settle: () => Promise<void>;
}

/** @param fence throws unless the attempt still holds its job. */
export function createProgressRecorder(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobId: Id;
  readonly fence: (transaction: Transaction) => Promise<void>;
}): ProgressRecorder {
  const { database, jobId, fence } = options;
  const clock = steadyClock(options.clock);
  let writtenAt = Number.NEGATIVE_INFINITY;
  let writing = Promise.resolve();

  const write = async (progress: RestoreProgress): Promise<void> => {
    await database.transaction().execute(async (transaction) => {
      await fence(transaction);
      await table.setProgress(transaction, jobId, progress);
    });
  };

  return {
    onProgress(progress) {
      if (clock.now() - writtenAt < WRITE_INTERVAL_MS) return;
      writtenAt = clock.now();
      // A failure ends the attempt at the next `save`. Nobody needs this progress then.
      writing = writing.then(() => write(progress)).catch(() => undefined);
    },
    async save(record) {
      await database.transaction().execute(async (transaction) => {
        await fence(transaction);
        await table.setRecord(transaction, jobId, record);
      });
    },
    settle: () => writing,
  };
}
