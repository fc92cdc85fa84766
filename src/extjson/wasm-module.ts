import { readFileSync } from 'node:fs';
import type { ExtendedJsonMode } from './contract.ts';
import { powersOfTen } from './powers-of-ten.ts';

const PAGE_BYTES = 65536;
/** Addresses have 32 bits. */
const MAX_PAGES = 65536;
/** What the code may read or write behind an area: SLACK_BYTES of wasm/memory.ts. */
const SLACK_BYTES = 64;
/** A document's JSON has at most this many times its bytes, and some more: MAX_GROWTH of wasm/transcode/block.ts. */
const MAX_GROWTH = 14;
const EXTRA_BYTES = 64;
const ALIGNMENT = 64;
/** The engine's tables and caches come before; it says how much they really take. */
const AREAS_START = 8 << 20;

/** Bytes of the areas that the host uses. */
export interface EngineAreaSizes {
  readonly input: number;
  readonly json: number;
  readonly hints: number;
  readonly deflate: number;
}

/** A part of the engine's memory: addresses, and the bytes between them. */
export interface EngineArea {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Numbers without sign, most of them addresses. */
type EngineFunction = (...values: number[]) => number;

/** One instance of engine.wasm: its areas, and its functions, which wasm/index.ts names and its modules describe. */
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
}

/** One instance of engine.wasm that checks documents in its input area, and does nothing else. */
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

let compiled: WebAssembly.Module | undefined;
let powers: BigUint64Array | undefined;

/** Room for the JSON of a block of BSON, whatever is in it. */
export function maxJsonBytes(bsonBytes: number): number {
  return bsonBytes * MAX_GROWTH + EXTRA_BYTES;
}

/**
 * Makes an instance of the engine with memory of its own, which never grows: for larger blocks there are larger instances.
 * Memory that is not touched costs nothing.
 *
 * @throws RangeError when the areas are larger than the 4 GiB that an instance can have, or than the system allows.
 */
export function instantiateEngine(mode: ExtendedJsonMode, sizes: EngineAreaSizes): Engine {
  const { areas, memory, engineFunction } = instantiate(sizes);
  powers ??= powersOfTen();
  new BigUint64Array(memory.buffer, engineFunction('powersOfTen')(), powers.length).set(powers);
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
  };
}

/**
 * Makes an instance that checks so many bytes of documents at a time.
 * @throws RangeError as `instantiateEngine` does.
 */
export function instantiateCheckEngine(inputBytes: number): CheckEngine {
  const { areas, engineFunction } = instantiate({ input: inputBytes, json: 0, hints: 0, deflate: 0 });
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

/** An instance with nothing prepared. */
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
  };
  const pages = Math.ceil(end / PAGE_BYTES);
  if (pages > MAX_PAGES)
    throw new RangeError(`a block of ${sizes.input} bytes is too large for an instance of the engine`);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
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
  };
  return { areas, memory, engineFunction };
}

function isCallable(value: unknown): value is (...values: number[]) => unknown {
  return typeof value === 'function';
}
