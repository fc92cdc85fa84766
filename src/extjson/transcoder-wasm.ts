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
      const block = new EngineBlock(engine, bson);
      const { start, bytes } = engine.areas.json;
      const jsonEnd = block.transcode(bson.length, start);
      return { json: bytes.subarray(0, jsonEnd - start), documents: block.documents };
    },
  };
}

/** A block of BSON in an engine's input area, which it fits, on its way to JSON. */
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
    // Hints depend on a few bytes behind the last value: they are to be the same each time.
    bytes.fill(0, bson.length, bson.length + 16);
  }

  isFinished(): boolean {
    return this.#position === this.#end;
  }

  /** Transcoded so far. */
  get documents(): number {
    return this.#documents;
  }

  /**
   * Transcodes the next documents, and leaves hints for them in their area, as many as have room.
   * @param bsonBytes as many documents as reach so far. @param jsonAt where the text goes: an address in the JSON area, with
   * `maxJsonBytes` of the documents behind it.
   * @returns where the text ends.
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
