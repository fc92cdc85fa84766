import { crc32 } from 'node:zlib';
import type { BlockEncoder, ExtendedJsonMode } from './contract.ts';
import { EngineBlock } from './transcoder-wasm.ts';
import { instantiateEngine, maxJsonBytes, type Engine } from './wasm-module.ts';

/**
 * What the instance that is kept takes: the largest block of the snapshot repository, unless a document is larger. It reserves
 * about 250 MiB of addresses; of these, usual blocks touch 20 MiB, and one of documents that grow most up to 250.
 */
const KEPT_INPUT_BYTES = 8 << 20;
/** Enough for 260,000 elements; the JSON of those behind them is searched as text. */
const HINT_BYTES = 4 << 20;
/** About so much BSON is transcoded, then compressed, in turns: its text and hints are still in the processor's cache. */
const PIECE_BYTES = 256 << 10;
/** About so much JSON is compressed with a view of what came before. Then its place is used again, which bounds the memory. */
const STRETCH_BYTES = 4 << 20;

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
      const block = new EngineBlock(engine, bson);
      let crc = 0;
      let jsonBytes = 0;
      engine.startDeflate(deflate.start);
      while (!block.isFinished()) {
        engine.forgetOutput();
        engine.startStretch(json.start);
        let jsonEnd = json.start;
        while (!block.isFinished() && jsonEnd - json.start < STRETCH_BYTES) {
          const pieceStart = jsonEnd;
          jsonEnd = block.transcode(PIECE_BYTES, pieceStart);
          engine.deflate(jsonEnd, hints.start, engine.hintsEnd());
          crc = crc32(json.bytes.subarray(pieceStart - json.start, jsonEnd - json.start), crc);
        }
        engine.endStretch();
        jsonBytes += jsonEnd - json.start;
      }
      const deflateBytes = engine.endDeflate() - deflate.start;
      return { deflate: deflate.bytes.slice(0, deflateBytes), crc32: crc, jsonBytes, documents: block.documents };
    },
  };
}

function createEngine(mode: ExtendedJsonMode, input: number): Engine {
  const json = maxJsonBytes(input);
  return instantiateEngine(mode, {
    input,
    json: STRETCH_BYTES + json,
    hints: HINT_BYTES,
    deflate: maxDeflateBytes(json),
  });
}

/** As wasm/deflate/deflate.ts says. */
function maxDeflateBytes(jsonBytes: number): number {
  return jsonBytes + Math.ceil(jsonBytes / 64) + 64;
}
