import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RandomBson } from '../../test/support/random-bson.ts';
import { Random } from '../../test/support/random.ts';
import { differenceOfTwins, transcoderTwins } from '../../test/support/transcoder-twins.ts';

const twins = transcoderTwins();
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

function assertSame(bson: Buffer): boolean {
  const outcomes = twins.map((pair) => differenceOfTwins(pair, bson));
  for (const { difference } of outcomes) assert.equal(difference, undefined);
  return outcomes.some(({ isRefused }) => isRefused);
}

test('the transcoders are equal byte for byte on valid documents', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 20 }), (seed, documents) => {
      assert.equal(assertSame(new RandomBson(new Random(seed)).documents(documents)), false);
    }),
    { numRuns: 500 },
  );
});

test('the transcoders refuse the same damaged documents for the same reason, at the same byte', () => {
  let refused = 0;
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 5 }), (seed, documents) => {
      const source = new RandomBson(new Random(seed));
      if (assertSame(source.mutated(source.documents(documents)))) refused++;
    }),
    { numRuns: 3000 },
  );
  assert.ok(refused > 1000, `${refused} refused`);
});

test('the transcoders are equal on documents of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const bson = Buffer.alloc(bytes.length + 5);
      bson.writeInt32LE(bson.length);
      bson.set(bytes, 4);
      assertSame(bson);
    }),
    { numRuns: 3000 },
  );
});

test('the transcoders are equal after more keys than the cache has room for', () => {
  const keys = Array.from({ length: 40_000 }, (_, i) => `key${i}${'x'.repeat(i % 300)}`);
  const elements = keys.flatMap((key) => [Buffer.from([0x0a]), Buffer.from(key), Buffer.from([0])]);
  const body = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)]);
  body.writeInt32LE(body.length);
  assert.equal(assertSame(Buffer.concat([body, body])), false);
});
