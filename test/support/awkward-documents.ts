import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Binary, type Document, Double, Int32, ObjectId, UUID, serialize } from 'bson';

// Documents that are not such as the compressor is made for: what hints help little with, and the smallest and the largest.

const SOURCE = join(import.meta.dirname, '../../src');
const SOURCES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();
const PROGRAM_PIECE = 700_000;

/** Machine code and data: the beginning of Node.js itself. */
function program(): Buffer {
  return readFileSync(process.execPath).subarray(0, 10 * PROGRAM_PIECE);
}

let state = 1;

/** Pseudo-random, from 0 up to `limit`, the same on each run. */
function random(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function bytes(count: number): Buffer {
  const made = Buffer.alloc(count);
  for (let i = 0; i < count; i++) made[i] = random(256);
  return made;
}

/** Words with frequencies like those of a language: few are frequent, many are rare. */
function words(vocabulary: readonly string[], count: number, separator: string): string {
  const pick = (): string => vocabulary[Math.floor(vocabulary.length * (random(1e6) / 1e6) ** 3)] ?? '';
  return Array.from({ length: count }, pick).join(separator);
}

function vocabulary(size: number, letters: number, first: number, range: number): readonly string[] {
  return Array.from({ length: size }, () =>
    String.fromCodePoint(...Array.from({ length: 1 + random(letters) }, () => first + random(range))),
  );
}

const chinese = vocabulary(3000, 3, 0x4e00, 3000);
const russian = vocabulary(3000, 9, 0x430, 32);
const english = vocabulary(3000, 9, 0x61, 26);

const DOCUMENTS: Readonly<Record<string, (i: number) => Document>> = {
  'random binary': () => ({ data: new Binary(bytes(200 + random(3000))) }),
  'random base64 in strings': () => ({ data: bytes(50 + random(20_000)).toString('base64') }),
  'Chinese text': () => ({ text: words(chinese, 20 + random(300), '') }),
  'Russian text': () => ({ text: words(russian, 20 + random(100), ' ') }),
  'text of a megabyte': () => ({ text: words(english, 150_000, ' ') }),
  'many short texts': () =>
    Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`column_${i}`, words(english, 2, ' ')])),
  'unique keys': () => Object.fromEntries(Array.from({ length: 20 }, () => [bytes(5).toString('hex'), random(1000)])),
  'tiny documents': (i) => ({ i }),
  'empty documents': () => ({}),
  'equal documents': () => ({ a: 1, b: 'always the same' }),
  'one large document': () => ({ rows: Array.from({ length: 30_000 }, (_, i) => ({ i, value: random(1e6) / 7 })) }),
  booleans: () => ({ v: Array.from({ length: 200 }, () => random(2) === 0) }),
  'nulls among digits': () => ({ v: Array.from({ length: 200 }, () => (random(2) === 0 ? null : random(10))) }),
  'few different values': () => ({
    s: ['alpha', 'beta', 'gamma'][random(3)],
    t: ['red', 'blue'][random(2)],
    ok: random(2) === 0,
  }),
  'small integers': () => ({ v: Array.from({ length: 100 }, () => new Int32(random(100))) }),
  doubles: () => ({ v: Array.from({ length: 50 }, () => new Double(random(1e9) / 12345.6789)) }),
  coordinates: () => ({
    ring: Array.from({ length: 50 }, () => [10 + random(50_000) / 1e5, 50 + random(50_000) / 1e5]),
  }),
  identifiers: () => ({ _id: new ObjectId(bytes(12)), other: new UUID(bytes(16)).toString() }),
  'keys that are far apart': () =>
    Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`some_field_${i}`, random(1e6)])),
  'log lines': () => ({
    line: `2026-01-${10 + random(20)}T12:${10 + random(50)}:${10 + random(50)}.${random(1000)}Z INFO [worker-${random(8)}] GET /api/v1/users/${random(1e5)}/orders 200 ${random(500)}ms`,
  }),
  'JSON in strings': () => ({ json: JSON.stringify({ a: random(100), b: words(english, 3, ' '), c: [random(9)] }) }),
  'hexadecimal in strings': () => ({ digest: bytes(32).toString('hex') }),
  'four letters at random': () => ({ dna: Array.from({ length: 400 }, () => 'ACGT'[random(4)]).join('') }),
  'source files': (i) => {
    const file = SOURCES[i % SOURCES.length] ?? '';
    return { file, text: readFileSync(join(SOURCE, file), 'utf8') };
  },
  'a program': (i) => ({ data: new Binary(program().subarray(i * PROGRAM_PIECE, (i + 1) * PROGRAM_PIECE)) }),
  '15 MB of binary': () => ({ data: new Binary(bytes(15_000_000)) }),
  '14 MB of numbers': () => ({ v: Array.from({ length: 1_000_000 }, (_, i) => i * 7.25) }),
  '14 MB of text': () => ({ text: words(english, 2_000_000, ' ') }),
};

/** Their documents change with this repository and with Node.js. */
const MADE_OF_FILES = new Set(['source files', 'a program']);

export const AWKWARD_KINDS: readonly string[] = Object.keys(DOCUMENTS);
/** The kinds whose documents are the same on each run and each machine. */
export const GENERATED_KINDS: readonly string[] = AWKWARD_KINDS.filter((kind) => !MADE_OF_FILES.has(kind));

/** @returns documents of one kind, together `size` bytes of BSON or more. */
export function awkwardBlock(kind: string, size: number): Buffer {
  const document = DOCUMENTS[kind];
  if (document === undefined) throw new Error(`there are no documents called ${kind}`);
  state = 1;
  const all: Uint8Array[] = [];
  for (let made = 0, i = 0; made < size; i++) {
    const bson = serialize(document(i));
    all.push(bson);
    made += bson.byteLength;
  }
  return Buffer.concat(all);
}
