import type { DocumentParser } from './contract.ts';
import { isJsonFault, jsonError } from './json-faults.ts';
import { instantiateParseEngine, type ParseEngine } from './wasm-module.ts';

/** The input area of the kept instance, which is larger than a chunk of `LineChunks` unless a line is longer. */
const KEPT_INPUT_BYTES = 4 << 20;
const LINE_FEED = 0x0a;
/** The parser reads so many line feeds behind the text, or fewer. */
const LINE_FEEDS_BEHIND = 64;

/**
 * Creates a parser in WebAssembly with SIMD. One instance serves all texts of usual size.
 * @throws Error if engine.wasm is missing or this machine cannot run it.
 */
export function createWasmParser(): DocumentParser {
  const kept = instantiateParseEngine(KEPT_INPUT_BYTES);
  const engineFor = (jsonBytes: number): ParseEngine => {
    const needed = jsonBytes + LINE_FEEDS_BEHIND;
    // A larger instance is not kept, because it would keep the memory that the text touched.
    return needed <= KEPT_INPUT_BYTES ? kept : instantiateParseEngine(needed);
  };
  return {
    parse(json) {
      const engine = engineFor(json.length);
      const { start, bytes } = engine.input;
      bytes.set(json);
      bytes.fill(LINE_FEED, json.length, json.length + LINE_FEEDS_BEHIND);
      const output = engine.output;
      const end = engine.parse(start, start + json.length, output.start);
      const lines = engine.parsedLines();
      const fault = engine.faultCode();
      if (isJsonFault(fault)) throw jsonError(fault, lines + 1, engine.faultPosition() - engine.parsedLineStart() + 1);
      return { bson: output.bytes.subarray(0, end - output.start), documents: engine.parsedDocuments(), lines };
    },
  };
}
