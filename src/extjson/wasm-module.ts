import { readFileSync } from 'node:fs';
import type { ExtendedJsonMode } from './contract.ts';
import { powersOfTen } from './powers-of-ten.ts';

const PAGE_BYTES = 65536;
/** Addresses have 32 bits. */
const MAX_PAGES = 65536;
/** Bytes behind an area that the code may read or write. Equals SLACK_BYTES of wasm/memory.ts. */
const SLACK_BYTES = 64;
/**
 * The JSON of a document has at most this many times its bytes, plus EXTRA_BYTES. Equals MAX_GROWTH of
 * wasm/transcode/block.ts.
 */
const MAX_GROWTH = 14;
const EXTRA_BYTES = 64;
/**
 * The BSON of a text has at most this many times its bytes, plus EXTRA_BSON_BYTES for the texts that the parser puts
 * behind it. The item `0,` of a large array becomes 13 bytes.
 */
const MAX_BSON_GROWTH = 8;
const EXTRA_BSON_BYTES = 1024;
const ALIGNMENT = 64;
/** The engine's tables and caches lie below this address. `firstFreeByte` gives their real end. */
const AREAS_START = 8 << 20;

/** The sizes, in bytes, of the areas that the host uses. */
export interface EngineAreaSizes {
  readonly input: number;
  readonly json: number;
  readonly hints: number;
  readonly deflate: number;
  readonly folded: number;
}

/** A part of the engine's memory: its addresses and its bytes. */
export interface EngineArea {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Arguments and result are unsigned numbers, most of them addresses. */
type EngineFunction = (...values: number[]) => number;

/**
 * An instance of engine.wasm: its areas and its functions. wasm/index.ts lists the functions, and their modules
 * describe them.
 */
export interface Engine {
  readonly areas: Readonly<Record<keyof EngineAreaSizes, EngineArea>>;
  readonly forgetOutput: EngineFunction;
  readonly transcode: EngineFunction;
  readonly inputPosition: EngineFunction;
  readonly transcodedDocuments: EngineFunction;
  readonly hintsEnd: EngineFunction;
  readonly faultCode: EngineFunction;
  readonly faultPosition: EngineFunction;
  readonly startDeflate: EngineFunction;
  readonly startStretch: EngineFunction;
  readonly deflate: EngineFunction;
  readonly endStretch: EngineFunction;
  readonly endDeflate: EngineFunction;
  readonly fold: EngineFunction;
}

/** An instance of engine.wasm that checks documents in its input area. */
export interface CheckEngine {
  readonly input: EngineArea;
  readonly check: EngineFunction;
  readonly checkedPosition: EngineFunction;
  readonly isDamaged: EngineFunction;
  readonly checkedDocuments: EngineFunction;
  readonly badDocumentCount: EngineFunction;
  readonly lookAlikeCount: EngineFunction;
  readonly badDocument: EngineFunction;
}

/** An instance of engine.wasm that parses lines of Extended JSON in its input area to BSON in its output area. */
export interface ParseEngine {
  readonly input: EngineArea;
  readonly output: EngineArea;
  readonly parse: EngineFunction;
  readonly parsedDocuments: EngineFunction;
  readonly parsedLines: EngineFunction;
  readonly parsedLineStart: EngineFunction;
  readonly faultCode: EngineFunction;
  readonly faultPosition: EngineFunction;
}

let compiled: WebAssembly.Module | undefined;
let powers: BigUint64Array | undefined;

/** The largest size of the JSON of a block, for any content. */
export function maxJsonBytes(bsonBytes: number): number {
  return bsonBytes * MAX_GROWTH + EXTRA_BYTES;
}

/**
 * Creates an instance of the engine. Its memory never grows, so larger blocks need a larger instance. Memory that is
 * not touched costs nothing.
 * @throws RangeError if the areas are larger than the 4 GiB of an instance, or than the system allows.
 */
export function instantiateEngine(mode: ExtendedJsonMode, sizes: EngineAreaSizes): Engine {
  const { areas, memory, engineFunction } = instantiate(sizes);
  storePowersOfTen(memory, engineFunction('powersOfTen')());
  engineFunction('prepareTranscoder')(mode === 'relaxed' ? 1 : 0);
  engineFunction('prepareDeflate')();
  return {
    areas,
    forgetOutput: engineFunction('forgetOutput'),
    transcode: engineFunction('transcode'),
    inputPosition: engineFunction('inputPosition'),
    transcodedDocuments: engineFunction('transcodedDocuments'),
    hintsEnd: engineFunction('hintsEnd'),
    faultCode: engineFunction('faultCode'),
    faultPosition: engineFunction('faultPosition'),
    startDeflate: engineFunction('startDeflate'),
    startStretch: engineFunction('startStretch'),
    deflate: engineFunction('deflate'),
    endStretch: engineFunction('endStretch'),
    endDeflate: engineFunction('endDeflate'),
    fold: engineFunction('fold'),
  };
}

/**
 * Creates an instance of the engine that checks documents. @param inputBytes the size of the input area.
 * @throws RangeError as `instantiateEngine` does.
 */
export function instantiateCheckEngine(inputBytes: number): CheckEngine {
  const { areas, engineFunction } = instantiate({ input: inputBytes, json: 0, hints: 0, deflate: 0, folded: 0 });
  engineFunction('prepareChecker')();
  return {
    input: areas.input,
    check: engineFunction('check'),
    checkedPosition: engineFunction('checkedPosition'),
    isDamaged: engineFunction('isDamaged'),
    checkedDocuments: engineFunction('checkedDocuments'),
    badDocumentCount: engineFunction('badDocumentCount'),
    lookAlikeCount: engineFunction('lookAlikeCount'),
    badDocument: engineFunction('badDocument'),
  };
}

/**
 * Creates an instance of the engine that parses Extended JSON. @param inputBytes the size of the input area.
 * @throws RangeError as `instantiateEngine` does.
 */
export function instantiateParseEngine(inputBytes: number): ParseEngine {
  const json = inputBytes * MAX_BSON_GROWTH + EXTRA_BSON_BYTES;
  const { areas, memory, engineFunction } = instantiate({ input: inputBytes, json, hints: 0, deflate: 0, folded: 0 });
  storePowersOfTen(memory, engineFunction('powersOfTen')());
  engineFunction('prepareParser')();
  return {
    input: areas.input,
    output: areas.json,
    parse: engineFunction('parse'),
    parsedDocuments: engineFunction('parsedDocuments'),
    parsedLines: engineFunction('parsedLines'),
    parsedLineStart: engineFunction('parsedLineStart'),
    faultCode: engineFunction('faultCode'),
    faultPosition: engineFunction('faultPosition'),
  };
}

function storePowersOfTen(memory: WebAssembly.Memory, address: number): void {
  powers ??= powersOfTen();
  new BigUint64Array(memory.buffer, address, powers.length).set(powers);
}

/** Creates an instance whose tables are not filled yet. */
function instantiate(sizes: EngineAreaSizes): {
  readonly areas: Engine['areas'];
  readonly memory: WebAssembly.Memory;
  readonly engineFunction: (name: string) => EngineFunction;
} {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('./engine.wasm', import.meta.url)));
  let end = AREAS_START;
  const place = (byteCount: number): { start: number; end: number } => {
    const start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = start + byteCount + SLACK_BYTES;
    return { start, end: start + byteCount };
  };
  const places = {
    input: place(sizes.input),
    json: place(sizes.json),
    hints: place(sizes.hints),
    deflate: place(sizes.deflate),
    folded: place(sizes.folded),
  };
  const pages = Math.ceil(end / PAGE_BYTES);
  if (pages > MAX_PAGES)
    throw new RangeError(`a block of ${sizes.input} bytes is too large for an instance of the engine`);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  // Addresses arrive as signed numbers.
  const parseDouble = (start: number, length: number): number =>
    Number(Buffer.from(memory.buffer, start >>> 0, length).toString('latin1'));
  const exports = new WebAssembly.Instance(compiled, { env: { memory, parseDouble } }).exports;
  const engineFunction = (name: string): EngineFunction => {
    const exported = exports[name];
    if (!isCallable(exported)) throw new Error(`engine.wasm has no function ${name}`);
    return (...values) => Number(exported(...values)) >>> 0;
  };
  if (engineFunction('firstFreeByte')() > AREAS_START) throw new Error('engine.wasm has tables where its areas begin');
  const area = ({ start, end }: { start: number; end: number }): EngineArea => ({
    start,
    end,
    bytes: new Uint8Array(memory.buffer, start, end - start),
  });
  const areas = {
    input: area(places.input),
    json: area(places.json),
    hints: area(places.hints),
    deflate: area(places.deflate),
    folded: area(places.folded),
  };
  return { areas, memory, engineFunction };
}

function isCallable(value: unknown): value is (...values: number[]) => unknown {
  return typeof value === 'function';
}
