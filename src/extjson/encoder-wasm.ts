import { crc32 } from 'node:zlib';
import type { BlockEncoder, ExtendedJsonMode } from './contract.ts';
import { EngineBlock } from './transcoder-wasm.ts';
import { instantiateEngine, maxJsonBytes, type Engine } from './wasm-module.ts';

/**
 * The input area of the kept instance. It fits the largest block of the snapshot repository, unless a document is
 * larger. The instance reserves about 250 MiB of addresses. Ordinary blocks touch 20 MiB of them, and blocks of the
 * documents that grow most touch all.
 */
const KEPT_INPUT_BYTES = 8 << 20;
/** Room for the hints of 260,000 elements. The JSON of further elements is searched as text. */
const HINT_BYTES = 4 << 20;
/**
 * Bytes of BSON that are transcoded and then compressed, about. Their text and hints are still in the processor's cache
 * when they are compressed.
 */
const PIECE_BYTES = 256 << 10;
/**
 * Bytes of JSON, about, that the compressor refers back to. Their memory is used again after each stretch, which limits
 * the memory.
 */
const STRETCH_BYTES = 4 << 20;
/** What wasm/fold.ts leaves of a text: 300 words of 16 bytes. */
const FOLDED_BYTES = 300 * 16;
/** Room to fold a text: what is left, a step of 1024 words, and another word. */
const FOLDING_BYTES = FOLDED_BYTES + 1025 * 16;
/** A shorter text is not folded, because what is left is not much shorter. */
const MIN_FOLDED_TEXT_BYTES = 4 * FOLDED_BYTES;

/**
 * Creates an encoder in WebAssembly with SIMD. The transcoder leaves hints for the compressor. Both work in the memory
 * of one instance, so the JSON is never copied. The instance for blocks of usual size is kept. A larger instance is
 * dropped at the next block of usual size, because it would keep the memory that it touched.
 * @throws Error if engine.wasm is missing or this machine cannot run it.
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
          crc = crc32Of(engine, pieceStart, jsonEnd, crc);
        }
        engine.endStretch();
        jsonBytes += jsonEnd - json.start;
      }
      const deflateBytes = engine.endDeflate() - deflate.start;
      return { deflate: deflate.bytes.slice(0, deflateBytes), crc32: crc, jsonBytes, documents: block.documents };
    },
  };
}

/** The CRC-32 of JSON from `start` to `end`. @param before the CRC-32 of the JSON before it. */
function crc32Of({ areas: { json, folded }, fold }: Engine, start: number, end: number, before: number): number {
  if (end - start < MIN_FOLDED_TEXT_BYTES)
    return crc32(json.bytes.subarray(start - json.start, end - json.start), before);
  const foldedEnd = fold(start, end, before, folded.start);
  return crc32(folded.bytes.subarray(FOLDED_BYTES, foldedEnd - folded.start), 0xffffffff);
}

function createEngine(mode: ExtendedJsonMode, input: number): Engine {
  const json = maxJsonBytes(input);
  return instantiateEngine(mode, {
    input,
    json: STRETCH_BYTES + json,
    hints: HINT_BYTES,
    deflate: maxDeflateBytes(json),
    folded: FOLDING_BYTES,
  });
}

/** The largest output for a text; wasm/deflate/deflate.ts explains it. */
function maxDeflateBytes(jsonBytes: number): number {
  return jsonBytes + Math.ceil(jsonBytes / 64) + 64;
}
