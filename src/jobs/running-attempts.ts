import type { Id } from '../kernel/ids.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { LeasedJob } from './job-table.ts';

/** An attempt that runs in this process. */
interface RunningAttempt {
  readonly job: Pick<LeasedJob, 'id' | 'kind' | 'payload'>;
  /** Never rejects. */
  readonly ended: Promise<void>;
  readonly cancel: () => void;
}

/** The attempts of all workers of this process. An attempt that has lost its job may still run beside the next one. */
export class RunningAttempts {
  readonly #running = new Set<RunningAttempt>();

  add(attempt: RunningAttempt): void {
    this.#running.add(attempt);
    void attempt.ended.finally(() => this.#running.delete(attempt));
  }

  cancel(ids: readonly Id[]): void {
    for (const { job, cancel } of this.#running) if (ids.includes(job.id)) cancel();
  }

  /** Resolves when no attempt at the job with this payload runs. */
  async ended(kind: string, payload: JsonObject): Promise<void> {
    const text = JSON.stringify(payload);
    const same = [...this.#running].filter(({ job }) => job.kind === kind && JSON.stringify(job.payload) === text);
    await Promise.all(same.map(({ ended }) => ended));
  }
}
