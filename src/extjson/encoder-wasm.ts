import { crc32 } from 'node:zlib';
import type { BlockEncoder, ExtendedJsonMode } from './contract.ts';
import { transcodeWith } from './transcoder-wasm.ts';
import { instantiateEngine, maxJsonBytes, type Engine } from './wasm-module.ts';

/** What the instance that is kept takes at once. The caches of the processor like blocks of about 1 MiB best. */
const KEPT_INPUT_BYTES = 2 << 20;
/** Enough for 260,000 elements; the JSON of those behind them is searched as text. */
const HINT_BYTES = 4 << 20;

/**
 * An encoder in WebAssembly with SIMD: the transcoder leaves hints for the compressor, both work in one instance's memory, and
 * the JSON never leaves it. The instance for blocks of usual size is kept. A larger one lives until such a block comes again:
 * memory that it touched would stay otherwise.
 *
 * @throws Error when engine.wasm cannot be had or this machine cannot run it.
 */
export function createWasmBlockEncoder(mode: ExtendedJsonMode): BlockEncoder {
  const kept = createEngine(mode, KEPT_INPUT_BYTES);
  let large: Engine | undefined;

  const engineFor = (bsonBytes: number): Engine => {
    if (bsonBytes <= KEPT_INPUT_BYTES) {
      large = undefined;
      return kept;
    }
    if (large === undefined || large.areas.input.bytes.length < bsonBytes) large = createEngine(mode, bsonBytes);
    return large;
  };

  return {
    encode(bson) {
      const engine = engineFor(bson.byteLength);
      const { json, hints, deflate } = engine.areas;
      const { jsonEnd, hintsEnd, documents } = transcodeWith(engine, bson);
      const deflateEnd = engine.deflate(json.start, jsonEnd, hints.start, hintsEnd, deflate.start);
      const jsonBytes = jsonEnd - json.start;
      return {
        deflate: deflate.bytes.slice(0, deflateEnd - deflate.start),
        crc32: crc32(json.bytes.subarray(0, jsonBytes)),
        jsonBytes,
        documents,
      };
    },
  };
}

function createEngine(mode: ExtendedJsonMode, input: number): Engine {
  const json = maxJsonBytes(input);
  return instantiateEngine(mode, { input, json, hints: HINT_BYTES, deflate: maxDeflateBytes(json) });
}

/** As wasm/deflate/deflate.ts says. */
function maxDeflateBytes(jsonBytes: number): number {
  return jsonBytes + Math.ceil(jsonBytes / 64) + 64;
}
