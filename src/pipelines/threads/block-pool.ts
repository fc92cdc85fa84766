import { availableParallelism } from 'node:os';
import { AppError } from '../../kernel/errors.ts';
import { BLOCK_TASKS, type TaskInput, type TaskName, type TaskOutput } from './block-tasks.ts';
import { BlockThread } from './block-thread.ts';

/** One task runs and one waits in the thread, because a thread should not wait for the main thread between tasks. */
const TASKS_PER_THREAD = 2;

/** One thread for the next task and one for the task after it, because starting a thread takes longer than a block. */
const IDLE_THREADS = 2;

/**
 * Blocks that a session has in progress beyond those of the threads. They hide the time of reading. A session takes
 * results in order, so a large block delays the results behind it. The threads then work on these blocks.
 */
const BLOCKS_READ_AHEAD = 4;

/**
 * A larger block holds one document. At most half of the threads work on such blocks at a time, because each of them takes a
 * thread several times the size of the block.
 */
const LARGE_BLOCK_BYTES = 8 * 1024 * 1024;

/** The usual size of a block. Blocks of large documents are up to four times as large, so that a session has fewer of them in progress. */
const USUAL_BLOCK_BYTES = 4 * 1024 * 1024;

/** The blocks of one capture or export in a pool. */
export interface BlockSession {
  /**
   * Runs a task of `BLOCK_TASKS` in a thread. The input's buffers move to the thread, and every view of them is empty
   * afterwards. The memory of the output belongs to the caller.
   * @throws what the task throws; the signal's reason; AppError `BLOCK_THREAD_DIED`, `BLOCK_THREAD_REFUSED`,
   * `BLOCK_POOL_CLOSED`.
   */
  run<Name extends TaskName>(task: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>>;
  /** Ends the session. Call it after the last block, or after a failure. */
  end(): void;
}

export interface BlockPoolOptions {
  /** The number of threads; absent: the number of cores. */
  readonly threads?: number;
  /** Called when the system refuses a thread while other threads continue, at most once for each session. */
  readonly onThreadRefused?: (error: AppError) => void;
  /** The time in milliseconds that the threads stay when no session is left; absent: 10 000. */
  readonly idleMs?: number;
  /** Called when the pool was made, or its last session ended, that long ago and the idle threads have ended. */
  readonly onIdle?: () => void;
  /** Creates a thread. Tests replace it. */
  readonly createThread?: () => BlockThread;
}

/**
 * Threads for CPU-bound work on blocks: encoding BSON as gzip-ready Extended JSON, and hashing and packing blocks for
 * storing. One pool serves all sessions of a process. The sessions take turns block by block. The threads start with
 * the first session and end a while after the last one, because a thread keeps the memory that its largest block took.
 */
export class BlockPool {
  readonly #limit: number;
  readonly #createThread: () => BlockThread;
  readonly #onThreadRefused: ((error: AppError) => void) | undefined;
  /** The largest number of threads that the system permits, as far as it is known. */
  #allowed: number;
  #threads: BlockThread[] = [];
  /** The waiting tasks of each session that has any. The first session is served next. */
  readonly #queues: Waiting[][] = [];
  readonly #idleMs: number;
  readonly #onIdle: (() => void) | undefined;
  #sessions = 0;
  #largeTasks = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: BlockPoolOptions = {}) {
    this.#limit = options.threads ?? availableParallelism();
    this.#allowed = this.#limit;
    this.#onThreadRefused = options.onThreadRefused;
    this.#idleMs = options.idleMs ?? 10_000;
    this.#onIdle = options.onIdle;
    this.#createThread = options.createThread ?? (() => new BlockThread());
    this.#startIdleTime();
  }

  /** The number of blocks that a session should have in progress, because the threads must stay busy. */
  get blocksUnderWay(): number {
    return this.#limit * TASKS_PER_THREAD + BLOCKS_READ_AHEAD;
  }

  /** How much BSON a session should have under way, beyond its last block. */
  get bytesUnderWay(): number {
    return this.blocksUnderWay * USUAL_BLOCK_BYTES;
  }

  /**
   * Begins a session. Threads work on the blocks of one session in the order of the calls, and on those of several
   * sessions in turns.
   * @param signal makes waiting tasks fail with its reason.
   */
  beginSession(signal: AbortSignal): BlockSession {
    const queue: Waiting[] = [];
    const cancel = (): void => {
      this.#forget(queue);
      for (const { reject } of queue.splice(0)) reject(signal.reason);
    };
    signal.addEventListener('abort', cancel);
    this.#sessions++;
    clearTimeout(this.#idle);
    this.#allowed = this.#limit;
    this.#startAhead();
    return {
      run: async (task, input) => {
        signal.throwIfAborted();
        return this.#submit(queue, task, input);
      },
      end: () => {
        signal.removeEventListener('abort', cancel);
        if (--this.#sessions === 0) this.#startIdleTime();
      },
    };
  }

  /** Ends the threads. Running tasks fail. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#rejectWaiting(poolClosed());
    await Promise.all(this.#threads.splice(0).map((thread) => thread.terminate()));
  }

  #submit<Name extends TaskName>(queue: Waiting[], task: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
    if (this.#closed) return Promise.reject(poolClosed());
    return new Promise((resolve, reject) => {
      const bytes = BLOCK_TASKS[task].weigh(input);
      const start = (thread: BlockThread): void => {
        thread
          .run(task, input)
          .then(resolve, reject)
          .finally(() => {
            if (isLarge({ bytes })) this.#largeTasks--;
            this.#dispatch();
          });
      };
      queue.push({ bytes, start, reject });
      if (!this.#queues.includes(queue)) this.#queues.push(queue);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (;;) {
      const queue = this.#queues.find(([next]) => next !== undefined && this.#mayStart(next));
      const next = queue?.[0];
      if (queue === undefined || next === undefined) return;
      this.#startAhead();
      const thread = this.#freeThread();
      if (thread === undefined) return;
      queue.shift();
      this.#forget(queue);
      if (queue.length > 0) this.#queues.push(queue);
      if (isLarge(next)) this.#largeTasks++;
      next.start(thread);
    }
  }

  #forget(queue: Waiting[]): void {
    const at = this.#queues.indexOf(queue);
    if (at >= 0) this.#queues.splice(at, 1);
  }

  #mayStart(next: Waiting): boolean {
    return !isLarge(next) || this.#largeTasks < Math.max(1, this.#limit >> 1);
  }

  /**
   * The thread with the least work, because a small block should not wait for a large one while another thread is free.
   */
  #freeThread(): BlockThread | undefined {
    let best: BlockThread | undefined;
    for (const thread of this.#threads) {
      if (thread.tasks < TASKS_PER_THREAD && (best === undefined || thread.bytes < best.bytes)) best = thread;
    }
    return best;
  }

  /**
   * Starts threads until two are idle or the limit is reached. After the system has refused a thread, the pool asks for
   * no further thread until the next session, because each refusal takes time and memory that Node.js does not give
   * back.
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

  #startIdleTime(): void {
    this.#idle = setTimeout(() => void this.#endIdleThreads(), this.#idleMs).unref();
  }

  /** A thread that still works is left to the next end of a session. */
  async #endIdleThreads(): Promise<void> {
    const idle = this.#threads.filter((thread) => thread.tasks === 0);
    this.#threads = this.#threads.filter((thread) => thread.tasks > 0);
    await Promise.all(idle.map((thread) => thread.terminate()));
    if (this.#sessions === 0 && !this.#closed) this.#onIdle?.();
  }

  #rejectWaiting(reason: AppError): void {
    for (const queue of this.#queues.splice(0)) for (const { reject } of queue.splice(0)) reject(reason);
  }
}

/** A task that no thread has received yet. */
interface Waiting {
  readonly bytes: number;
  readonly start: (thread: BlockThread) => void;
  readonly reject: (reason: unknown) => void;
}

function isLarge({ bytes }: Pick<Waiting, 'bytes'>): boolean {
  return bytes > LARGE_BLOCK_BYTES;
}

function threadRefused(cause: unknown): AppError {
  return new AppError({
    code: 'BLOCK_THREAD_REFUSED',
    message: 'the system refused to start a thread that hashes, packs and encodes blocks',
    hint: 'Let the process have more threads (the limit of its user, service or container) or more memory; the job continues when it is retried.',
    transient: true,
    cause,
  });
}

function poolClosed(): AppError {
  return new AppError({ code: 'BLOCK_POOL_CLOSED', message: 'the block pool was closed', transient: true });
}
