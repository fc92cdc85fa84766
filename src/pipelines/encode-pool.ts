import { availableParallelism } from 'node:os';
import type { EncodedBlock, ExtendedJsonMode } from '../extjson/index.ts';
import { AppError } from '../kernel/errors.ts';
import type { StoredBlock } from './encode-messages.ts';
import { EncodeThread } from './encode-thread.ts';
import { mapOrdered } from './map-ordered.ts';

export type { StoredBlock } from './encode-messages.ts';

/** One block at work and one that waits in the thread, so that it need not wait for the main thread in between. */
const BLOCKS_PER_THREAD = 2;

/** The blocks of one job in a pool. */
export interface EncodeJob {
  /**
   * @param block its buffer goes to a thread whole, with every view of it, and is empty afterwards.
   * @throws BsonError, AppError `BLOCK_CORRUPT`, `ENCODE_THREAD_DIED`, `ENCODE_POOL_CLOSED`; the signal's reason.
   */
  encode(block: StoredBlock): Promise<EncodedBlock>;
  /** To be called when the last block was encoded, or one failed. */
  end(): void;
}

export interface EncodePoolOptions {
  /** As many as there are cores where absent. */
  readonly threads?: number;
  /** Makes a thread; for tests. */
  readonly createThread?: () => EncodeThread;
}

/**
 * Threads that turn BSON into gzip-ready Extended JSON. One pool serves all jobs of a process: each job's blocks come out in
 * their order, and jobs take turns block by block. The threads start when they are needed.
 */
export class EncodePool {
  readonly #limit: number;
  readonly #createThread: () => EncodeThread;
  #threads: EncodeThread[] = [];
  /** Jobs that have blocks waiting, the next one to be served first. */
  readonly #jobs: Job[] = [];
  #closed = false;

  constructor(options: EncodePoolOptions = {}) {
    this.#limit = options.threads ?? availableParallelism();
    this.#createThread = options.createThread ?? (() => new EncodeThread());
  }

  /** How many threads there may be: what a job should keep in flight depends on it. */
  get threads(): number {
    return this.#limit;
  }

  /**
   * Begins a job. Blocks of one job are encoded in the order of the calls, those of several jobs in turns.
   * @param signal makes what waits fail with its reason.
   */
  beginJob(options: { readonly mode: ExtendedJsonMode; readonly signal: AbortSignal }): EncodeJob {
    const { mode, signal } = options;
    const job: Job = { waiting: [] };
    const cancel = (): void => {
      for (const { reject } of job.waiting.splice(0)) reject(signal.reason);
    };
    signal.addEventListener('abort', cancel);
    return {
      encode: async (block) => {
        signal.throwIfAborted();
        return this.#submit(job, block, mode);
      },
      end: () => signal.removeEventListener('abort', cancel),
    };
  }

  /** Encodes a stream of blocks: the results come in the blocks' order, and as many are under way as the threads need. */
  async *encode(
    blocks: AsyncIterable<StoredBlock>,
    options: { readonly mode: ExtendedJsonMode; readonly signal: AbortSignal },
  ): AsyncGenerator<EncodedBlock, void, undefined> {
    const job = this.beginJob(options);
    try {
      yield* mapOrdered(blocks, this.#limit * BLOCKS_PER_THREAD + 1, (block) => job.encode(block));
    } finally {
      job.end();
    }
  }

  /** Ends the threads; what is under way fails. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#jobs.splice(0)) for (const { reject } of job.waiting.splice(0)) reject(poolClosed());
    await Promise.all(this.#threads.splice(0).map((thread) => thread.terminate()));
  }

  #submit(job: Job, block: StoredBlock, mode: ExtendedJsonMode): Promise<EncodedBlock> {
    if (this.#closed) return Promise.reject(poolClosed());
    return new Promise((resolve, reject) => {
      job.waiting.push({ block, mode, resolve, reject });
      if (!this.#jobs.includes(job)) this.#jobs.push(job);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (;;) {
      const job = this.#jobs[0];
      if (job === undefined) return;
      const task = job.waiting[0];
      if (task === undefined) {
        this.#jobs.shift();
        continue;
      }
      const thread = this.#freeThread();
      if (thread === undefined) return;
      job.waiting.shift();
      this.#jobs.shift();
      if (job.waiting.length > 0) this.#jobs.push(job);
      thread
        .encode(task.block, task.mode)
        .then(task.resolve, task.reject)
        .finally(() => this.#dispatch());
    }
  }

  /** The one with the least to do; a new one before any gets a second block. */
  #freeThread(): EncodeThread | undefined {
    this.#threads = this.#threads.filter((thread) => !thread.dead);
    let best: EncodeThread | undefined;
    for (const thread of this.#threads) if (best === undefined || thread.load < best.load) best = thread;
    if ((best === undefined || best.load > 0) && this.#threads.length < this.#limit) {
      best = this.#createThread();
      this.#threads.push(best);
    }
    return best !== undefined && best.load < BLOCKS_PER_THREAD ? best : undefined;
  }
}

interface Job {
  readonly waiting: Task[];
}

interface Task {
  readonly block: StoredBlock;
  readonly mode: ExtendedJsonMode;
  readonly resolve: (encoded: EncodedBlock) => void;
  readonly reject: (reason: unknown) => void;
}

function poolClosed(): AppError {
  return new AppError({ code: 'ENCODE_POOL_CLOSED', message: 'the encode pool was closed', transient: true });
}
