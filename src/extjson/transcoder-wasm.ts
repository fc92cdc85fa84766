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
      const { areas, function: engineFunction } = engineFor(bson.length);
      const { input, json } = areas;
      input.bytes.set(bson);
      const jsonEnd = engineFunction('transcode')(input.start, input.start + bson.length, json.start, json.end, 0, 0);
      const documents = engineFunction('transcodedDocuments')();
      const fault = engineFunction('faultCode')();
      if (isBsonFault(fault)) throw bsonError(fault, engineFunction('faultPosition')() - input.start, documents);
      return { json: json.bytes.subarray(0, jsonEnd - json.start), documents };
    },
  };
}
