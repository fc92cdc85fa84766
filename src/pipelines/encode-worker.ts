import { parentPort } from 'node:worker_threads';
import { BsonError, createBlockEncoder, type BlockEncoder, type ExtendedJsonMode } from '../extjson/index.ts';
import { AppError } from '../kernel/errors.ts';
import { encodeBlock } from './encode-block.ts';
import type { EncodeFailure, EncodeReply, EncodeRequest } from './encode-messages.ts';

// The thread of the encode pool: one block in, one run of DEFLATE out, one at a time.

const encoders = new Map<ExtendedJsonMode, BlockEncoder>();

function encoderFor(mode: ExtendedJsonMode): BlockEncoder {
  let encoder = encoders.get(mode);
  if (encoder === undefined) {
    encoder = createBlockEncoder(mode);
    encoders.set(mode, encoder);
  }
  return encoder;
}

function answer({ id, mode, block }: EncodeRequest): EncodeReply {
  try {
    return { id, encoded: encodeBlock(encoderFor(mode), block) };
  } catch (thrown) {
    // An encoder that failed may be in any state.
    encoders.delete(mode);
    return { id, failure: describe(thrown) };
  }
}

function describe(thrown: unknown): EncodeFailure {
  return {
    code: thrown instanceof AppError ? thrown.code : 'ENCODE_FAILED',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: thrown instanceof AppError ? thrown.hint : undefined,
    stack: thrown instanceof Error ? thrown.stack : undefined,
    ...(thrown instanceof BsonError
      ? { bson: { reason: thrown.reason, offset: thrown.offset, document: thrown.document } }
      : {}),
  };
}

const port = parentPort;
if (port === null) throw new Error('encode-worker runs as a worker thread only');
port.on('message', (request: EncodeRequest) => {
  const reply = answer(request);
  port.postMessage(reply, 'encoded' in reply ? [reply.encoded.deflate.buffer] : []);
});
