import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { BsonError, ExtendedJsonError } from '../../extjson/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { BlockFailure, BlockRequest } from './block-messages.ts';
import { BLOCK_TASKS, type TaskName, type TaskOutput } from './block-tasks.ts';

// The code of a thread of the block pool. It does one task after another and answers each.

/** How much nicer the thread is than the main thread: about a tenth of its share of a busy processor. */
const NICER = 10;

const port = parentPort;
if (port === null) throw new Error('block-worker runs as a worker thread only');
if (process.platform === 'linux') giveWay();
let last: Promise<void> = Promise.resolve();
port.on('message', (request: BlockRequest) => {
  last = last.then(() => answer(request));
});

async function answer<Name extends TaskName>({ id, task, input }: BlockRequest<Name>): Promise<void> {
  let output: TaskOutput<Name>;
  try {
    output = await BLOCK_TASKS[task].run(input);
  } catch (thrown) {
    port?.postMessage({ id, failure: describe(thrown) });
    return;
  }
  port?.postMessage({ id, output }, BLOCK_TASKS[task].transferBack(output));
}

function describe(thrown: unknown): BlockFailure {
  return {
    code: thrown instanceof AppError ? thrown.code : 'BLOCK_TASK_FAILED',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: thrown instanceof AppError ? thrown.hint : undefined,
    stack: thrown instanceof Error ? thrown.stack : undefined,
    ...(thrown instanceof BsonError
      ? { bson: { reason: thrown.reason, offset: thrown.offset, document: thrown.document, id: thrown.id } }
      : {}),
    ...(thrown instanceof ExtendedJsonError
      ? { json: { reason: thrown.reason, line: thrown.line, column: thrown.column } }
      : {}),
  };
}

/**
 * Lets the main thread answer requests while all processors encode blocks. On Linux a priority is that of the calling thread (setpriority(2));
 * other systems would change the whole process.
 */
function giveWay(): void {
  try {
    setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + NICER));
  } catch {
    // A sandbox may refuse it. Requests then wait longer during exports.
  }
}
