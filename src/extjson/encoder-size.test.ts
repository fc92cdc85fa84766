import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Binary, type Document, Double, Int32, ObjectId, UUID, serialize } from 'bson';
import { createWasmBlockEncoder } from './encoder-wasm.ts';
import { createZlibBlockEncoder } from './gzip/zlib-encoder.ts';
import { createWasmTranscoder } from './transcoder-wasm.ts';

// Hints help with ordinary documents. These are others: what the compressor makes of them may not be much larger than what
// zlib does, which searches everywhere.
const MOST_OF_ZLIB = 1.06;
const BLOCK_BYTES = 800_000;

let state = 1;

/** Pseudo-random, from 0 up to `limit`, the same on each run. */
function random(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function bytes(count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random(256)));
}

/** As in a language: few words often, many seldom. */
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

const documents: Readonly<Record<string, (i: number) => Document>> = {
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
};

const transcoder = createWasmTranscoder('canonical');
const ours = createWasmBlockEncoder('canonical');
const zlib = createZlibBlockEncoder(transcoder);

for (const [name, document] of Object.entries(documents)) {
  test(`${name} are not much larger than zlib makes them`, () => {
    const block: Uint8Array[] = [];
    for (let size = 0, i = 0; size < BLOCK_BYTES; i++) {
      const bson = serialize(document(i));
      block.push(bson);
      size += bson.byteLength;
    }
    const bson = Buffer.concat(block);
    const ratio = ours.encode(bson).deflate.byteLength / zlib.encode(bson).deflate.byteLength;
    assert.ok(ratio <= MOST_OF_ZLIB, `${ratio.toFixed(3)} of zlib's size`);
  });
}
