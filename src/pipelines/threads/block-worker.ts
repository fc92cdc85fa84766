import { parentPort } from 'node:worker_threads';
import { BsonError, ExtendedJsonError } from '../../extjson/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { BlockFailure, BlockRequest } from './block-messages.ts';
import { BLOCK_TASKS, type TaskName, type TaskOutput } from './block-tasks.ts';

// The code of a thread of the block pool. It does one task after another and answers each.

const port = parentPort;
if (port === null) throw new Error('block-worker runs as a worker thread only');
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
