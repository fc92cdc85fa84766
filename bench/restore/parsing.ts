import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON, EJSON } from 'bson';
import {
  createDocumentParser,
  LineChunks,
  type DocumentParser,
  type ExtendedJsonMode,
} from '../../src/extjson/index.ts';
import { createWasmTranscoder } from '../../src/extjson/transcoder-wasm.ts';
import { buildGoProgram } from '../../test/support/go-program.ts';
import { median, medianRatio, rounded } from '../engine/median.ts';
import { inTurn } from '../in-turn.ts';

/** Bytes of BSON that each program parses in a round. js-bson takes a second or so for them. */
const BSON_BYTES = 12 << 20;
/** Ours parses the same text so many times in a round, so that it takes about as long as the others. */
const OUR_PASSES = 20;
/** Text arrives in pieces of this size, as from zlib. */
const PIECE_BYTES = 256 << 10;
/** Named after the driver's version in its go.mod. */
const GO_DRIVER = 'godriver-1.17.10-parse';

export const OURS = 'ours';
export const JS_BSON = 'js-bson: EJSON.parse, serialize';
export const GO_DRIVER_NAME = 'Go driver: UnmarshalExtJSON, Marshal';

/** From lines of Extended JSON in memory to BSON in memory, on one core. */
export interface ParsingResult {
  readonly name: string;
  readonly jsonBytes: number;
  /** Milliseconds by name of the program, one for each round. */
  readonly times: ReadonlyMap<string, readonly number[]>;
}

/** @param bson a file of BSON documents. @param folder for the text and the compiled program. */
export async function measureParsing(
  name: string,
  bson: string,
  mode: ExtendedJsonMode,
  rounds: number,
  folder: string,
): Promise<ParsingResult> {
  const json = Buffer.from(createWasmTranscoder(mode).transcode(beginningOf(bson)).json);
  const parser = await createDocumentParser();
  const file = join(folder, `${name}-parsing.json`);
  writeFileSync(file, json);
  try {
    const contenders = [
      { name: OURS, run: () => timed(() => repeat(OUR_PASSES, () => parseOurs(parser, json))) / OUR_PASSES },
      { name: JS_BSON, run: () => timed(() => parseJsBson(json)) },
      ...goContender(folder, file),
    ];
    const times = new Map<string, number[]>(contenders.map((contender) => [contender.name, []]));
    // The first calls warm up.
    for (const contender of contenders) contender.run();
    for (let round = 0; round < rounds; round++) {
      for (const contender of inTurn(contenders, round)) times.get(contender.name)?.push(contender.run());
    }
    return { name: `${name}, ${mode}`, jsonBytes: json.length, times };
  } finally {
    rmSync(file, { force: true });
  }
}

/** A table for people: rates as medians, ratios as medians of the ratios of each round. */
export function describeParsing(result: ParsingResult): string {
  const lines = [`${result.name}: ${(result.jsonBytes / 1e6).toFixed(0)} MB of JSON, one core`];
  for (const [name, times] of result.times) {
    const rate = result.jsonBytes / 1e3 / median(times);
    const ratio = parsingRatio(result, name);
    lines.push(
      `  ${name.padEnd(40)}${rate.toFixed(0).padStart(7)} MB/s${(ratio ?? Number.NaN).toFixed(1).padStart(9)} ÷ ours`,
    );
  }
  return lines.join('\n');
}

/** The time of a program divided by ours; null if it was not measured. */
export function parsingRatio({ times }: ParsingResult, name: string): number | null {
  const [theirs, ours] = [times.get(name), times.get(OURS)];
  return theirs === undefined || ours === undefined ? null : rounded(medianRatio(theirs, ours));
}

/** Whole documents from the beginning of the file. */
function beginningOf(file: string): Buffer {
  const bytes = Buffer.alloc(BSON_BYTES);
  const descriptor = openSync(file, 'r');
  const filled = readSync(descriptor, bytes);
  closeSync(descriptor);
  let end = 0;
  while (end + 4 <= filled && end + bytes.readInt32LE(end) <= filled) end += bytes.readInt32LE(end);
  return bytes.subarray(0, end);
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function repeat(times: number, work: () => void): void {
  for (let i = 0; i < times; i++) work();
}

/** As a thread of the pool does it, with the copy that moves back to the main thread. */
function parseOurs(parser: DocumentParser, json: Buffer): void {
  const chunks = new LineChunks();
  for (let at = 0; at < json.length; at += PIECE_BYTES) {
    for (const chunk of chunks.append(json.subarray(at, at + PIECE_BYTES))) new Uint8Array(parser.parse(chunk).bson);
  }
  const rest = chunks.finish();
  if (rest !== undefined) new Uint8Array(parser.parse(rest).bson);
}

function parseJsBson(json: Buffer): void {
  for (let at = 0; at < json.length;) {
    const end = json.indexOf(0x0a, Math.min(at + PIECE_BYTES, json.length - 1)) + 1;
    const lines = json.toString('utf8', at, end - 1).split('\n');
    for (const line of lines) BSON.serialize(documentOf(line));
    at = end;
  }
}

function documentOf(line: string): BSON.Document {
  const value: unknown = EJSON.parse(line, { relaxed: false });
  if (typeof value !== 'object' || value === null) throw new Error('a line is no document');
  return value;
}

function goContender(folder: string, file: string): readonly { readonly name: string; run(): number }[] {
  const binary = join(folder, GO_DRIVER);
  try {
    buildGoProgram(join(import.meta.dirname, 'godriver'), binary);
  } catch {
    console.log(`not measured: ${GO_DRIVER_NAME}: needs go 1.24 or newer, or the driver's module`);
    return [];
  }
  const env = { ...process.env, GOMAXPROCS: '1' };
  return [{ name: GO_DRIVER_NAME, run: () => Number(execFileSync(binary, [file, '1'], { env, encoding: 'utf8' })) }];
}
