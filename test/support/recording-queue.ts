import type { JobQueue, WaitingJob } from '../../src/jobs/index.ts';
import type { JsonObject } from '../../src/kernel/json.ts';

/**
 * A queue that runs nothing. It keeps the enqueued jobs, and answers `waiting` with what a test has put into the map.
 */
export interface RecordingQueue {
  readonly queue: JobQueue;
  readonly queued: { kind: string; payload: JsonObject }[];
  /** By kind and payload: `capture-snapshot {"snapshotId":"…"}`. */
  readonly waiting: Map<string, WaitingJob>;
  /** The waiting jobs that were made due, in the form of the keys of `waiting`. */
  readonly retried: string[];
}

export function recordingQueue(): RecordingQueue {
  const queued: RecordingQueue['queued'] = [];
  const waiting: RecordingQueue['waiting'] = new Map();
  const retried: string[] = [];
  return {
    queued,
    waiting,
    retried,
    queue: {
      enqueue: (_transaction, kind, payload) => {
        queued.push({ kind, payload });
        return Promise.resolve();
      },
      cancel: (_transaction, kind, payload) => {
        const text = JSON.stringify(payload);
        const place = queued.findIndex((job) => job.kind === kind && JSON.stringify(job.payload) === text);
        if (place !== -1) queued.splice(place, 1);
        return Promise.resolve();
      },
      retryNow: (_transaction, kind, payload) => {
        retried.push(`${kind} ${JSON.stringify(payload)}`);
        return Promise.resolve();
      },
      untilIdle: () => Promise.resolve(),
      waiting: (kind, payloads) =>
        Promise.resolve(payloads.map((payload) => waiting.get(`${kind} ${JSON.stringify(payload)}`))),
    },
  };
}
