import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { compileAssemblyScript } from '../../../test/support/assemblyscript.ts';

const WASM = new URL('../wasm/', import.meta.url).pathname;
const AREA = 12 << 20;
const CANARY = 0xa5;
const modules = await compileAssemblyScript(WASM, ['deflate/deflate.ts'], 3 * AREA);
modules.call('prepareDeflate');

/** The memory holds hints, then output, then the text. The text ends where the memory ends. */
const hintsAt = modules.free;
const outputAt = hintsAt + AREA;
const memoryEnd = modules.memory.buffer.byteLength;

interface Hint {
  readonly position: number;
  readonly previous: number;
  readonly templateLength: number;
  readonly bsonType: number;
  readonly sameValue: number;
}

/**
 * Compresses a text that ends where the memory ends, because reading beyond it then traps.
 * @param hints offsets from the text's first byte. @param cuts where pieces of the text begin, ascending.
 */
function deflate(text: Uint8Array, hints: readonly Hint[] = [], cuts: readonly number[] = []): Buffer {
  const bytes = new Uint8Array(modules.memory.buffer);
  const start = memoryEnd - text.byteLength;
  bytes.set(text, start);
  const room = text.byteLength + (text.byteLength >> 6) + 64;
  bytes.fill(CANARY, outputAt + room, outputAt + room + 64);
  modules.call('startDeflate', outputAt);
  modules.call('startStretch', start);
  let from = 0;
  for (const to of [...cuts, text.byteLength]) {
    const inPiece = hints.filter(({ position }) => position >= from && (position < to || to === text.byteLength));
    modules.call('deflate', start + to, hintsAt, writeHints(start, inPiece));
    from = to;
  }
  modules.call('endStretch');
  const end = modules.call('endDeflate');
  assert.ok(end <= outputAt + room);
  assert.ok(bytes.subarray(outputAt + room, outputAt + room + 64).every((byte) => byte === CANARY));
  return Buffer.from(bytes.subarray(outputAt, end));
}

/** @returns the address of the end of the hints. */
function writeHints(start: number, hints: readonly Hint[]): number {
  const words = hints.flatMap(({ position, previous, templateLength, bsonType, sameValue }) => [
    start + position,
    start + previous,
    (templateLength << 8) | bsonType,
    start + sameValue,
  ]);
  new Uint32Array(modules.memory.buffer, hintsAt, words.length).set(words);
  return hintsAt + words.length * 4;
}

const FINAL_BLOCK = Buffer.from([0x03, 0x00]);
const SYNC_FLUSH = [0x00, 0x00, 0xff, 0xff];

function assertRoundTrip(text: Uint8Array, hints: readonly Hint[] = [], cuts: readonly number[] = []): Buffer {
  const compressed = deflate(text, hints, cuts);
  assert.deepEqual([...compressed.subarray(-4)], SYNC_FLUSH);
  assert.ok(inflateRawSync(Buffer.concat([compressed, FINAL_BLOCK])).equals(text));
  return compressed;
}

/** Returns the same pseudo-random bytes each time. */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

const repetitive = fc
  .array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(Buffer.from('{"key":{"$numberInt":"')), fc.string()), {
    maxLength: 60,
  })
  .map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece))));

const wild = fc.integer({ min: -50, max: 5000 });
const wildHint = fc.record({
  position: fc.nat(5000),
  previous: wild,
  templateLength: fc.oneof(fc.nat(40), fc.nat(0xffffff)),
  bsonType: fc.nat(255),
  sameValue: wild,
});

test('any bytes come back', () => {
  fc.assert(
    fc.property(repetitive, (text) => {
      assertRoundTrip(text);
    }),
    { numRuns: 300 },
  );
});

test('no wrong hint changes the uncompressed text', () => {
  const hints = fc.array(wildHint, { maxLength: 80 });
  fc.assert(
    fc.property(repetitive, hints, fc.boolean(), (text, unsorted, sort) => {
      const list = sort ? unsorted.toSorted((a, b) => a.position - b.position) : unsorted;
      assertRoundTrip(text, list);
    }),
    { numRuns: 1000 },
  );
});

test('pieces give the same text wherever they are cut', () => {
  const hints = fc.array(wildHint, { maxLength: 80 });
  const cuts = fc.array(fc.nat(5000), { maxLength: 10 });
  fc.assert(
    fc.property(repetitive, hints, cuts, (text, list, unsorted) => {
      const within = unsorted.filter((cut) => cut <= text.byteLength);
      assertRoundTrip(
        text,
        list,
        within.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 500 },
  );
});

test('pieces find matches in earlier pieces', () => {
  const text = Buffer.concat([noise(2000, 5), noise(2000, 5), noise(2000, 5)]);
  assert.ok(assertRoundTrip(text, [], [1500, 2500, 4100]).byteLength < 2300);
});

test('a stretch does not look back at the one whose place it takes', () => {
  const bytes = new Uint8Array(modules.memory.buffer);
  const stretches = [noise(3000, 5), Buffer.concat([noise(1500, 6), noise(1500, 5)]), noise(20, 5)];
  const start = memoryEnd - 3000;
  modules.call('startDeflate', outputAt);
  for (const stretch of stretches) {
    bytes.set(stretch, start);
    modules.call('startStretch', start);
    const hints = [{ position: 10, previous: -100, templateLength: 8, bsonType: 2, sameValue: -100 }];
    modules.call('deflate', start + stretch.byteLength, hintsAt, writeHints(start, hints));
    modules.call('endStretch');
  }
  const end = modules.call('endDeflate');
  const inflated = inflateRawSync(Buffer.concat([bytes.subarray(outputAt, end), FINAL_BLOCK]));
  assert.ok(inflated.equals(Buffer.concat(stretches)));
});

test('hints that point before the text lead nowhere', () => {
  const text = Buffer.from('{"a":1}\n'.repeat(300));
  // The memory before the text holds the same text. A match there would look just as good.
  new Uint8Array(modules.memory.buffer).set(text, memoryEnd - 2 * text.byteLength);
  const hints = Array.from({ length: 300 }, (_, i) => {
    const earlier = i * 8 - text.byteLength;
    return { position: i * 8, previous: earlier, templateLength: 5, bsonType: 16, sameValue: earlier };
  });
  assertRoundTrip(text, hints);
});

test('an empty input becomes an empty stored block', () => {
  assert.deepEqual([...deflate(Buffer.alloc(0))], [0x00, ...SYNC_FLUSH]);
});

test('short texts take the fixed codes and stay short', () => {
  assert.ok(assertRoundTrip(Buffer.from('{"_id":1}\n')).byteLength <= 10 + 2 + 5);
});

test('bytes without pattern are stored', () => {
  const text = noise(1_000_000, 7);
  const compressed = assertRoundTrip(text);
  assert.ok(compressed.byteLength <= text.byteLength + 200, `${compressed.byteLength} bytes`);
});

test('long runs of one byte and long texts cross the ends of blocks', () => {
  assertRoundTrip(Buffer.alloc(9_000_000, 'x'));
  const words = noise(3_000_000, 11).map((byte) => (byte < 40 ? 0x20 : 0x61 + (byte & 7)));
  const compressed = assertRoundTrip(words);
  assert.ok(compressed.byteLength < deflateRawSync(words, { level: 5 }).byteLength * 1.06);
});

test('matches longer than a symbol can say are cut so that no part is too short', () => {
  for (let length = 250; length < 780; length++) {
    const block = noise(length, length);
    const text = Buffer.concat([block, noise(40, 1), block, noise(40, 2)]);
    assertRoundTrip(text, [{ position: length + 40, previous: 0, templateLength: 30, bsonType: 2, sameValue: 0 }]);
  }
});

test('texts may end just behind the place of a trial', () => {
  for (const beyond of [1, 3, 4, 9]) assertRoundTrip(Buffer.alloc((4 << 20) + beyond, '{"a":1}\n'));
});

test('matches reach back 32 KiB and no further', () => {
  const block = noise(1000, 3);
  for (const gap of [31_767, 31_768, 31_769, 40_000]) {
    const text = Buffer.concat([block, noise(gap, 5), block]);
    const hint = { position: 1000 + gap, previous: 0, templateLength: 500, bsonType: 2, sameValue: 0 };
    const compressed = assertRoundTrip(text, [hint]);
    if (gap <= 31_768) assert.ok(compressed.byteLength < text.byteLength - 700, `gap of ${gap}`);
  }
});

test('hints that are right save space and searches', () => {
  const line = '{"temperature":{"$numberDouble":"21.5"},"count":{"$numberInt":"';
  const numbers = noise(12_000, 13);
  const lines = Array.from({ length: 4000 }, (_, i) => `${line}${numbers.readUIntLE(i * 3, 3)}"}}\n`);
  let position = 0;
  let previous = position;
  const hints: Hint[] = [];
  for (const text of lines) {
    hints.push({ position, previous, templateLength: line.length, bsonType: 16, sameValue: position });
    previous = position;
    position += text.length;
  }
  const text = Buffer.from(lines.join(''));
  assert.ok(assertRoundTrip(text, hints).byteLength < deflateRawSync(text, { level: 6 }).byteLength);
});
