import { bsonError, isBsonFault } from './bson-faults.ts';
import type { ExtendedJsonMode, Transcoder } from './contract.ts';
import { instantiateEngine, maxJsonBytes, type Engine } from './wasm-module.ts';

const MIN_INPUT_BYTES = 1 << 20;
/** A larger instance is dropped after its block, because it would keep the memory that the block touched. */
const MAX_KEPT_INPUT_BYTES = 16 << 20;

/** Creates a transcoder in WebAssembly with SIMD. One instance serves all blocks of usual size. */
export function createWasmTranscoder(mode: ExtendedJsonMode): Transcoder {
  let kept: Engine | undefined;
  const engineFor = (bsonBytes: number): Engine => {
    if (kept !== undefined && kept.areas.input.bytes.length >= bsonBytes) return kept;
    const input = Math.max(MIN_INPUT_BYTES, bsonBytes);
    const engine = instantiateEngine(mode, { input, json: maxJsonBytes(input), hints: 0, deflate: 0, folded: 0 });
    if (input <= MAX_KEPT_INPUT_BYTES) kept = engine;
    return engine;
  };
  return {
    transcode(bson) {
      const engine = engineFor(bson.length);
      const block = new EngineBlock(engine, bson);
      const { start, bytes } = engine.areas.json;
      const jsonEnd = block.transcode(bson.length, start);
      return { json: bytes.subarray(0, jsonEnd - start), documents: block.documents };
    },
  };
}

/** A block of BSON in the input area of an engine. The block must fit the area. */
export class EngineBlock {
  readonly #engine: Engine;
  readonly #end: number;
  #position: number;
  #documents = 0;

  constructor(engine: Engine, bson: Uint8Array) {
    const { start, bytes } = engine.areas.input;
    this.#engine = engine;
    this.#position = start;
    this.#end = start + bson.length;
    bytes.set(bson);
    // Hints depend on a few bytes behind the last value. These bytes are cleared, because equal blocks must give equal
    // hints.
    bytes.fill(0, bson.length, bson.length + 16);
  }

  isFinished(): boolean {
    return this.#position === this.#end;
  }

  /** The number of documents transcoded so far. */
  get documents(): number {
    return this.#documents;
  }

  /**
   * Transcodes the next documents and leaves hints for them, as far as the area of hints has room.
   * @param bsonBytes the call ends with the document that reaches this number of bytes.
   * @param jsonAt an address in the JSON area for the text. `maxJsonBytes` of the documents must fit behind it.
   * @returns the address of the text's end.
   * @throws BsonError
   */
  transcode(bsonBytes: number, jsonAt: number): number {
    const { json, hints, input } = this.#engine.areas;
    const pause = Math.min(this.#position + bsonBytes, this.#end);
    const jsonEnd = this.#engine.transcode(this.#position, this.#end, pause, jsonAt, json.end, hints.start, hints.end);
    this.#documents += this.#engine.transcodedDocuments();
    const fault = this.#engine.faultCode();
    if (isBsonFault(fault)) throw bsonError(fault, this.#engine.faultPosition() - input.start, this.#documents);
    this.#position = this.#engine.inputPosition();
    return jsonEnd;
  }
}
