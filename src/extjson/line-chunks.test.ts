import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineChunks } from './index.ts';

function chunksOf(pieces: Iterable<Uint8Array>, chunks = new LineChunks()): string[] {
  const all: string[] = [];
  for (const piece of pieces) for (const chunk of chunks.append(piece)) all.push(Buffer.from(chunk).toString());
  const rest = chunks.finish();
  if (rest !== undefined) all.push(Buffer.from(rest).toString());
  return all;
}

test('the chunks are the text, and all but the last end with a line feed', () => {
  const line = fc.string({ maxLength: 20 }).map((text) => text.repeat(20_000));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.integer({ min: 1, max: 3_000_000 }), (lines, size) => {
      const text = Buffer.from(lines.join('\n'));
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.subarray(i * size, (i + 1) * size),
      );
      const chunks = chunksOf(pieces);
      assert.equal(chunks.join(''), text.toString());
      for (const chunk of chunks.slice(0, -1)) assert.ok(chunk.endsWith('\n'));
    }),
    { numRuns: 50 },
  );
});

test('a chunk has about 1 MiB, and a line of any length is not cut', () => {
  const short = Buffer.from(`${'x'.repeat(99)}\n`.repeat(100_000));
  const long = Buffer.from(`${'y'.repeat(5 << 20)}\n`);
  const sizes = chunksOf([short, long, short]).map((chunk) => chunk.length);
  assert.ok(sizes.every((size) => size <= (1 << 20) + long.length));
  assert.ok(sizes.length >= 18, String(sizes.length));
});

test('lines that are longer than the pieces of the stream keep their beginning', () => {
  const lines = Array.from({ length: 30 }, (_, number) => `${number}`.padEnd(400_000, 'x'));
  const text = Buffer.from(lines.join('\n'));
  const pieces = Array.from({ length: Math.ceil(text.length / 262_144) }, (_, i) =>
    text.subarray(i * 262_144, (i + 1) * 262_144),
  );
  assert.ok(chunksOf(pieces).join('') === text.toString());
});

test('a line that is too long is refused before it is in memory', () => {
  const chunks = new LineChunks({ maxLineBytes: 1000 });
  const endless = Array.from({ length: 10 }, () => Buffer.alloc(300, 'x'));
  assert.throws(() => chunksOf([Buffer.from('{}\n'), ...endless], chunks), {
    name: 'ExtendedJsonError',
    line: 1,
    reason: /longer than/,
  });
});
