import { availableParallelism } from 'node:os';
import type { EncodedBlock, ExtendedJsonMode } from '../../extjson/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { BlockPacker } from '../../snapshot/repository/index.ts';
import type { BlockResult, BlockTask, StoredBlock } from './block-messages.ts';
import { BlockThread } from './block-thread.ts';
import { mapOrdered } from './map-ordered.ts';

/** One task at work and one that waits in the thread, so that it need not wait for the main thread in between. */
const TASKS_PER_THREAD = 2;

/** One for the next task, and one for the task after it: starting a thread takes longer than a block does. */
const IDLE_THREADS = 2;

/**
 * Blocks that a job has beyond those of the threads: the time of reading is hidden, and while a large block holds up those behind it,
 * of which a job takes the results in their order, threads find small ones to work on.
 */
const BLOCKS_READ_AHEAD = 4;

/**
 * The blocks of one job in a pool. The buffer of a block goes to a thread whole, with every view of it, and is empty afterwards;
 * what comes back is memory of the thread's.
 *
 * Each call throws the signal's reason, and AppError `BLOCK_THREAD_DIED`, `BLOCK_THREAD_REFUSED` or `BLOCK_POOL_CLOSED`.
 */
export interface BlockJob extends BlockPacker {
  /** @throws BsonError, AppError `BLOCK_CORRUPT` */
  encode(block: StoredBlock, mode: ExtendedJsonMode): Promise<EncodedBlock>;
  /** To be called when the last block is done, or one failed. */
  end(): void;
}

export interface BlockPoolOptions {
  /** As many as there are cores where absent. */
  readonly threads?: number;
  /** Called when the system refuses a thread: once for each job at the most, while there are others to go on with. */
  readonly onThreadRefused?: (error: AppError) => void;
  /** Makes a thread; for tests. */
  readonly createThread?: () => BlockThread;
}

/**
 * Threads for what takes a processor's time: turning BSON into gzip-ready Extended JSON, and hashing and compressing what a
 * snapshot stores. One pool serves all jobs of a process, which take turns block by block. The threads start when there is a job.
 */
export class BlockPool {
  readonly #limit: number;
  readonly #createThread: () => BlockThread;
  readonly #onThreadRefused: ((error: AppError) => void) | undefined;
  /** How many threads the system lets it have, as far as it is known. */
  #allowed: number;
  #threads: BlockThread[] = [];
  /** Jobs that have blocks waiting, the next one to be served first. */
  readonly #jobs: Job[] = [];
  #closed = false;

  constructor(options: BlockPoolOptions = {}) {
    this.#limit = options.threads ?? availableParallelism();
    this.#allowed = this.#limit;
    this.#onThreadRefused = options.onThreadRefused;
    this.#createThread = options.createThread ?? (() => new BlockThread());
  }

  /** How many blocks a job should have under way, to keep the threads busy. */
  get blocksUnderWay(): number {
    return this.#limit * TASKS_PER_THREAD + BLOCKS_READ_AHEAD;
  }

  /**
   * Begins a job. Blocks of one job are worked on in the order of the calls, those of several jobs in turns.
   * @param signal makes what waits fail with its reason.
   */
  beginJob(signal: AbortSignal): BlockJob {
    const job: Job = { waiting: [] };
    const cancel = (): void => {
      for (const { reject } of job.waiting.splice(0)) reject(signal.reason);
    };
    signal.addEventListener('abort', cancel);
    this.#allowed = this.#limit;
    this.#startAhead();
    const run = async (task: BlockTask): Promise<BlockResult> => {
      signal.throwIfAborted();
      return this.#submit(job, task);
    };
    return {
      encode: async (block, mode) => {
        const result = await run({ kind: 'encode', block, mode });
        if (result.kind !== 'encode') throw wrongResult('encode', result);
        return result.encoded;
      },
      hash: async (bson) => {
        const result = await run({ kind: 'hash', bson });
        if (result.kind !== 'hash') throw wrongResult('hash', result);
        return result.hashed;
      },
      pack: async (bson, sha256) => {
        const result = await run({ kind: 'pack', bson, sha256 });
        if (result.kind !== 'pack') throw wrongResult('pack', result);
        return result.stored;
      },
      end: () => signal.removeEventListener('abort', cancel),
    };
  }

  /** Encodes a stream of blocks: the results come in the blocks' order, and as many are under way as the threads need. */
  async *encode(
    blocks: AsyncIterable<StoredBlock>,
    { mode, signal }: { readonly mode: ExtendedJsonMode; readonly signal: AbortSignal },
  ): AsyncGenerator<EncodedBlock, void, undefined> {
    const job = this.beginJob(signal);
    try {
      yield* mapOrdered(blocks, this.blocksUnderWay, (block) => job.encode(block, mode));
    } finally {
      job.end();
    }
  }

  /** Ends the threads; what is under way fails. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectWaiting(poolClosed());
    await Promise.all(this.#threads.splice(0).map((thread) => thread.terminate()));
  }

  #submit(job: Job, task: BlockTask): Promise<BlockResult> {
    if (this.#closed) return Promise.reject(poolClosed());
    return new Promise((resolve, reject) => {
      job.waiting.push({ task, resolve, reject });
      if (!this.#jobs.includes(job)) this.#jobs.push(job);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (;;) {
      const job = this.#jobs[0];
      if (job === undefined) return;
      const next = job.waiting[0];
      if (next === undefined) {
        this.#jobs.shift();
        continue;
      }
      this.#startAhead();
      const thread = this.#freeThread();
      if (thread === undefined) return;
      job.waiting.shift();
      this.#jobs.shift();
      if (job.waiting.length > 0) this.#jobs.push(job);
      thread
        .run(next.task)
        .then(next.resolve, next.reject)
        .finally(() => this.#dispatch());
    }
  }

  /** The one with the least to do: a small block should not wait for a large one where another thread waits for work. */
  #freeThread(): BlockThread | undefined {
    let best: BlockThread | undefined;
    for (const thread of this.#threads) {
      if (thread.tasks < TASKS_PER_THREAD && (best === undefined || thread.bytes < best.bytes)) best = thread;
    }
    return best;
  }

  /**
   * Sees to it that threads are idle, as far as there may be so many. Where the system refuses one, those that are there must do
   * until the next job: each refusal takes time, and memory that Node.js does not give back.
   */
  #startAhead(): void {
    if (this.#closed) return;
    this.#threads = this.#threads.filter((thread) => !thread.dead);
    const busy = this.#threads.filter((thread) => thread.tasks > 0).length;
    try {
      const wanted = Math.min(busy + IDLE_THREADS, Math.max(1, this.#allowed));
      while (this.#threads.length < wanted) this.#threads.push(this.#createThread());
    } catch (cause) {
      this.#allowed = this.#threads.length;
      const error = threadRefused(cause);
      this.#onThreadRefused?.(error);
      if (this.#threads.length === 0) this.#rejectWaiting(error);
    }
  }

  #rejectWaiting(reason: AppError): void {
    for (const job of this.#jobs.splice(0)) for (const { reject } of job.waiting.splice(0)) reject(reason);
  }
}

interface Job {
  readonly waiting: Waiting[];
}

interface Waiting {
  readonly task: BlockTask;
  readonly resolve: (result: BlockResult) => void;
  readonly reject: (reason: unknown) => void;
}

function wrongResult(kind: BlockTask['kind'], result: BlockResult): Error {
  return new Error(`a thread was to ${kind} a block, and answered ${result.kind}`);
}

function threadRefused(cause: unknown): AppError {
  return new AppError({
    code: 'BLOCK_THREAD_REFUSED',
    message: 'the system refused to start a thread that hashes, packs and encodes blocks',
    hint: 'Let the process have more threads (the limit of its user, service or container) or more memory; the job goes on where it was when it is tried again.',
    transient: true,
    cause,
  });
}

function poolClosed(): AppError {
  return new AppError({ code: 'BLOCK_POOL_CLOSED', message: 'the block pool was closed', transient: true });
}
