import { bsonError, isBsonFault } from './bson-faults.ts';
import type { ExtendedJsonMode, Transcoder } from './contract.ts';
import { instantiateEngine, maxJsonBytes, type Engine } from './wasm-module.ts';

const MIN_INPUT_BYTES = 1 << 20;
/** An instance for a larger block is given up after it: the memory that it touched would stay. */
const MAX_KEPT_INPUT_BYTES = 16 << 20;

/** A transcoder in WebAssembly with SIMD, in one instance for blocks of usual size. */
export function createWasmTranscoder(mode: ExtendedJsonMode): Transcoder {
  let kept: Engine | undefined;
  const engineFor = (bsonBytes: number): Engine => {
    if (kept !== undefined && kept.areas.input.bytes.length >= bsonBytes) return kept;
    const input = Math.max(MIN_INPUT_BYTES, bsonBytes);
    const engine = instantiateEngine(mode, { input, json: maxJsonBytes(input), hints: 0, deflate: 0 });
    if (input <= MAX_KEPT_INPUT_BYTES) kept = engine;
    return engine;
  };
  return {
    transcode(bson) {
      const engine = engineFor(bson.length);
      const { jsonEnd, documents } = transcodeWith(engine, bson);
      const { start, bytes } = engine.areas.json;
      return { json: bytes.subarray(0, jsonEnd - start), documents };
    },
  };
}

/** Where a block's JSON and hints end in an engine's areas. */
export interface TranscodedBlock {
  readonly jsonEnd: number;
  readonly hintsEnd: number;
  readonly documents: number;
}

/**
 * Transcodes a block within an engine: it fits the input area, and `maxJsonBytes` of it the JSON area.
 * Hints are left in their area, as many as have room.
 *
 * @throws BsonError
 */
export function transcodeWith(engine: Engine, bson: Uint8Array): TranscodedBlock {
  const { input, json, hints } = engine.areas;
  input.bytes.set(bson);
  // Hints depend on a few bytes behind the last value: they are to be the same each time.
  input.bytes.fill(0, bson.length, bson.length + 16);
  const inputEnd = input.start + bson.length;
  const jsonEnd = engine.transcode(input.start, inputEnd, json.start, json.end, hints.start, hints.end);
  const documents = engine.transcodedDocuments();
  const fault = engine.faultCode();
  if (isBsonFault(fault)) throw bsonError(fault, engine.faultPosition() - input.start, documents);
  return { jsonEnd, hintsEnd: engine.hintsEnd(), documents };
}
