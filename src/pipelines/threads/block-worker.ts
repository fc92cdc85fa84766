import { parentPort } from 'node:worker_threads';
import { BsonError } from '../../extjson/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { bufferOfResult, type BlockFailure, type BlockReply, type BlockRequest } from './block-messages.ts';
import { BlockTasks } from './block-tasks.ts';

// The thread of the block pool: one task in, one result out, one at a time.

const port = parentPort;
if (port === null) throw new Error('block-worker runs as a worker thread only');
const tasks = new BlockTasks();
let last: Promise<void> = Promise.resolve();
port.on('message', (request: BlockRequest) => {
  last = last.then(async () => {
    const reply = await answer(request);
    port.postMessage(reply, 'result' in reply ? [bufferOfResult(reply.result)] : []);
  });
});

async function answer({ id, task }: BlockRequest): Promise<BlockReply> {
  try {
    return { id, result: await tasks.run(task) };
  } catch (thrown) {
    return { id, failure: describe(thrown) };
  }
}

function describe(thrown: unknown): BlockFailure {
  return {
    code: thrown instanceof AppError ? thrown.code : 'BLOCK_TASK_FAILED',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: thrown instanceof AppError ? thrown.hint : undefined,
    stack: thrown instanceof Error ? thrown.stack : undefined,
    ...(thrown instanceof BsonError
      ? { bson: { reason: thrown.reason, offset: thrown.offset, document: thrown.document } }
      : {}),
  };
}
