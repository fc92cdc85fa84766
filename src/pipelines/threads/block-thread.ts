import { Worker, type ResourceLimits } from 'node:worker_threads';
import { BsonError, ExtendedJsonError } from '../../extjson/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { BlockFailure, BlockReply, BlockRequest } from './block-messages.ts';
import { BLOCK_TASKS, type TaskInput, type TaskName, type TaskOutput } from './block-tasks.ts';

/** The worker's file is beside this file and has the same suffix: `.ts` in development, `.js` in the package. */
const WORKER_FILE = new URL(
  `./block-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
);

interface Pending {
  readonly bytes: number;
  /** Each pending task has its own type of output. */
  readonly resolve: (output: never) => void;
  readonly reject: (reason: unknown) => void;
}

/** One worker thread and its pending tasks. */
export class BlockThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #dead = false;

  /** @param file another worker file, for tests of a thread that dies. */
  constructor(file: URL = WORKER_FILE, resourceLimits: ResourceLimits = {}) {
    this.#worker = new Worker(file, { resourceLimits });
    // Only a working thread keeps the process alive.
    this.#worker.unref();
    this.#worker.on('message', (reply: BlockReply) => this.#settle(reply));
    this.#worker.on('messageerror', (error) => this.#fail(error));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`the thread ended with code ${code}`)));
  }

  /** The number of pending tasks. */
  get tasks(): number {
    return this.#pending.size;
  }

  /** Bytes of BSON in the pending tasks. */
  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#pending.values()) sum += bytes;
    return sum;
  }

  /** Whether the thread died. A dead thread takes no tasks. */
  get dead(): boolean {
    return this.#dead;
  }

  /**
   * Runs a task. @param input the buffers of the input move to the thread as a whole, and every view of them is empty
   * afterwards.
   */
  run<Name extends TaskName>(task: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
    const request: BlockRequest<Name> = { id: this.#nextId++, task, input };
    const { transfer, weigh } = BLOCK_TASKS[task];
    const bytes = weigh(input);
    return new Promise((resolve, reject) => {
      // Throws for a buffer that cannot be moved, such as the pool that small Buffers of Node.js share.
      this.#worker.postMessage(request, transfer(input));
      this.#pending.set(request.id, { bytes, resolve, reject });
      this.#worker.ref();
    });
  }

  async terminate(): Promise<void> {
    this.#fail(new Error('the block pool was closed'));
    await this.#worker.terminate();
  }

  #settle(reply: BlockReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('failure' in reply) pending?.reject(toError(reply.failure));
    else pending?.resolve(reply.output);
  }

  #fail(cause: unknown): void {
    if (this.#dead) return;
    this.#dead = true;
    const error = new AppError({
      code: 'BLOCK_THREAD_DIED',
      message: 'a thread that hashes, packs and encodes blocks ended while it worked',
      hint: 'If memory was short, give the process more of it or fewer threads; the job continues when it is retried.',
      transient: true,
      cause,
    });
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    void this.#worker.terminate();
  }
}

function toError({ code, message, hint, stack, bson, json }: BlockFailure): Error {
  if (bson !== undefined) return new BsonError(bson.reason, bson.offset, bson.document, bson.id);
  if (json !== undefined) return new ExtendedJsonError(json.reason, json.line, json.column);
  const cause = Object.assign(new Error(message), stack === undefined ? {} : { stack });
  return new AppError({ code, message, ...(hint === undefined ? {} : { hint }), cause });
}
