import { availableParallelism } from 'node:os';
import { AppError } from '../../kernel/errors.ts';
import type { TaskInput, TaskName, TaskOutput } from './block-tasks.ts';
import { BlockThread } from './block-thread.ts';

/** One task at work and one that waits in the thread, so that it need not wait for the main thread in between. */
const TASKS_PER_THREAD = 2;

/** One for the next task, and one for the task after it: starting a thread takes longer than a block does. */
const IDLE_THREADS = 2;

/**
 * Blocks that a session has in progress beyond those of the threads. They hide the time of reading. And while a large block
 * holds up the results behind it, which a session takes in order, the threads find small blocks to work on.
 */
const BLOCKS_READ_AHEAD = 4;

/** The blocks of one capture or export in a pool. */
export interface BlockSession {
  /**
   * Has a thread do a task of `BLOCK_TASKS`. The input's buffers go to the thread whole, with every view of them, and are empty
   * afterwards; what comes back is memory that the thread gives away.
   * @throws what the task does; the signal's reason; AppError `BLOCK_THREAD_DIED`, `BLOCK_THREAD_REFUSED`, `BLOCK_POOL_CLOSED`.
   */
  run<Name extends TaskName>(task: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>>;
  /** To be called when the last block is done, or one failed. */
  end(): void;
}

export interface BlockPoolOptions {
  /** As many as there are cores where absent. */
  readonly threads?: number;
  /** Called when the system refuses a thread: once for each session at the most, while there are others to go on with. */
  readonly onThreadRefused?: (error: AppError) => void;
  /** Makes a thread; for tests. */
  readonly createThread?: () => BlockThread;
}

/**
 * Threads for what takes a processor's time: turning BSON into gzip-ready Extended JSON, and hashing and compressing what a
 * snapshot stores. One pool serves all sessions of a process, which take turns block by block. The threads start with the first session.
 */
export class BlockPool {
  readonly #limit: number;
  readonly #createThread: () => BlockThread;
  readonly #onThreadRefused: ((error: AppError) => void) | undefined;
  /** How many threads the system lets it have, as far as it is known. */
  #allowed: number;
  #threads: BlockThread[] = [];
  /** Tasks that wait, of each session that has any; the session to be served next is the first. */
  readonly #queues: Waiting[][] = [];
  #closed = false;

  constructor(options: BlockPoolOptions = {}) {
    this.#limit = options.threads ?? availableParallelism();
    this.#allowed = this.#limit;
    this.#onThreadRefused = options.onThreadRefused;
    this.#createThread = options.createThread ?? (() => new BlockThread());
  }

  /** How many blocks a session should have under way, to keep the threads busy. */
  get blocksUnderWay(): number {
    return this.#limit * TASKS_PER_THREAD + BLOCKS_READ_AHEAD;
  }

  /**
   * Begins a session. Blocks of one session are worked on in the order of the calls, those of several sessions in turns.
   * @param signal makes what waits fail with its reason.
   */
  beginSession(signal: AbortSignal): BlockSession {
    const queue: Waiting[] = [];
    const cancel = (): void => {
      for (const { reject } of queue.splice(0)) reject(signal.reason);
    };
    signal.addEventListener('abort', cancel);
    this.#allowed = this.#limit;
    this.#startAhead();
    return {
      run: async (task, input) => {
        signal.throwIfAborted();
        return this.#submit(queue, task, input);
      },
      end: () => signal.removeEventListener('abort', cancel),
    };
  }

  /** Ends the threads; what is under way fails. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectWaiting(poolClosed());
    await Promise.all(this.#threads.splice(0).map((thread) => thread.terminate()));
  }

  #submit<Name extends TaskName>(queue: Waiting[], task: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
    if (this.#closed) return Promise.reject(poolClosed());
    return new Promise((resolve, reject) => {
      const start = (thread: BlockThread): void => {
        thread
          .run(task, input)
          .then(resolve, reject)
          .finally(() => this.#dispatch());
      };
      queue.push({ start, reject });
      if (!this.#queues.includes(queue)) this.#queues.push(queue);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (;;) {
      const queue = this.#queues[0];
      if (queue === undefined) return;
      const next = queue[0];
      if (next === undefined) {
        this.#queues.shift();
        continue;
      }
      this.#startAhead();
      const thread = this.#freeThread();
      if (thread === undefined) return;
      queue.shift();
      this.#queues.shift();
      if (queue.length > 0) this.#queues.push(queue);
      next.start(thread);
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
   * Starts threads until two are idle or the limit is reached. After the system has refused a thread, no further one is asked for
   * until the next session, because each refusal takes time, and memory that Node.js does not give back.
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
    for (const queue of this.#queues.splice(0)) for (const { reject } of queue.splice(0)) reject(reason);
  }
}

/** A task that no thread has yet. */
interface Waiting {
  readonly start: (thread: BlockThread) => void;
  readonly reject: (reason: unknown) => void;
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
