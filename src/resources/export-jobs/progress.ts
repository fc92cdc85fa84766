import type { Clock } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { ExportObject, ExportProgress } from '../../pipelines/export/index.ts';
import { insertObjects } from './objects-table.ts';
import { setProgress } from './table.ts';

/** Each write waits for the disk, and an export of small collections makes hundreds of objects a second. */
export const WRITE_INTERVAL_MS = 1000;

/** Writes down what an attempt has done, so that it can be seen, and so that another attempt goes on from there. */
export interface ProgressRecorder {
  readonly onProgress: (progress: ExportProgress) => void;
  /** Rejects when the attempt has lost its job: then it must end. */
  readonly onObject: (object: ExportObject) => Promise<void>;
  /** Writes what is not written yet. */
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
  let writtenAt = Number.NEGATIVE_INFINITY;

  const write = async (): Promise<void> => {
    const objects = unwritten;
    unwritten = [];
    await database.transaction().execute(async (transaction) => {
      await fence(transaction);
      await insertObjects(transaction, jobId, objects);
      if (progress !== undefined) await setProgress(transaction, jobId, progress);
    });
  };

  /** One write after another; after one that failed, as when the job was lost, all fail. */
  let writing = Promise.resolve();
  const flush = (): Promise<void> => {
    writtenAt = clock.now();
    writing = writing.then(write);
    return writing;
  };
  const isDue = (): boolean => clock.now() - writtenAt >= WRITE_INTERVAL_MS;

  return {
    flush,
    onProgress: (latest) => {
      progress = latest;
      // A failure is met by the next object.
      if (isDue()) flush().catch(() => undefined);
    },
    onObject: async (object) => {
      unwritten.push(object);
      if (isDue()) await flush();
      else await writing;
    },
  };
}
