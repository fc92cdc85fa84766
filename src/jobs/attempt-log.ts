import type { Clock } from '../kernel/clock.ts';
import type { LogFields, Logger } from '../kernel/logger.ts';
import type { JobFigures } from './contract.ts';
import { isRecurring, type LeasedJob } from './job-table.ts';

const MS_PER_SECOND = 1000;

/** The log lines of one attempt: one when it begins, and one when it ends, with what it has done until then. */
export class AttemptLog {
  readonly #job: LeasedJob;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #startedAt: number;
  #figures: JobFigures = {};

  constructor({ job, clock, logger }: { readonly job: LeasedJob; readonly clock: Clock; readonly logger: Logger }) {
    this.#job = job;
    this.#clock = clock;
    this.#logger = logger;
    this.#startedAt = clock.now();
  }

  begins(): void {
    const { attempt, failures } = this.#job;
    if (attempt === 1) this.#write('A job begins', {});
    else this.#write('A job is resumed', { failures });
  }

  /** Adds to what the line of the end will say. */
  report(figures: JobFigures): void {
    this.#figures = { ...this.#figures, ...figures };
  }

  hasSucceeded(): void {
    this.#write('A job has succeeded', this.#done());
  }

  wasCancelled(): void {
    this.#write('A job was cancelled', this.#done());
  }

  wasStopped(): void {
    this.#write('A job was stopped, to be run again at the next start', this.#done());
  }

  isTriedAgain(pauseMs: number, error: unknown): void {
    this.#logger.warn('An attempt at a job failed and is made again later', {
      ...this.#facts(),
      ...this.#done(),
      pauseMs,
      error,
    });
  }

  hasFailed(error: unknown): void {
    this.#logger.error('A job failed', { ...this.#facts(), ...this.#done(), error });
  }

  // A recurring job runs every minute or hour, and seldom finds something to do. It logs that itself.
  #write(message: string, fields: LogFields): void {
    const line = { ...this.#facts(), ...fields };
    if (isRecurring(this.#job)) this.#logger.debug(message, line);
    else this.#logger.info(message, line);
  }

  #facts(): LogFields {
    const { kind, id, attempt, payload } = this.#job;
    return { kind, jobId: id, attempt, ...payload };
  }

  #done(): LogFields {
    const durationMs = this.#clock.now() - this.#startedAt;
    const { bytes } = this.#figures;
    const isRated = typeof bytes === 'number' && durationMs > 0;
    const rate = isRated ? { bytesPerSecond: Math.round((bytes * MS_PER_SECOND) / durationMs) } : {};
    return { ...this.#figures, durationMs, ...rate };
  }
}
