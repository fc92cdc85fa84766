import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { awkwardBlock, GENERATED_KINDS } from '../../test/support/awkward-documents.ts';
import { differenceOfParsers, parserTwins } from '../../test/support/parser-twins.ts';
import { RandomBson } from '../../test/support/random-bson.ts';
import { randomDouble } from '../../test/support/random-double.ts';
import { mutatedJson } from '../../test/support/random-json.ts';
import { Random } from '../../test/support/random.ts';
import { RoundTrips } from '../../test/support/round-trips.ts';

const twins = parserTwins();
const roundTrips = new RoundTrips();
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

function assertSame(json: Buffer): boolean {
  const { difference, isRefused } = differenceOfParsers(twins, json);
  assert.equal(difference, undefined);
  return isRefused;
}

test('documents come back as the same bytes wherever canonical Extended JSON can say them', () => {
  const random = new Random(20_261_128);
  const source = new RandomBson(random);
  for (let i = 0; i < 10_000; i++) {
    const bson = Buffer.from(source.documents(1));
    assert.equal(roundTrips.canonical(bson), undefined);
    if (i % 4 === 0) assert.equal(roundTrips.relaxed(bson), undefined);
  }
  const { same, lossy, losses } = roundTrips.counts;
  assert.ok(same > 1000, `${same} came back as the same bytes`);
  assert.ok(lossy > 1000 && Object.values(losses).every((count) => count > 0), JSON.stringify(losses));
});

test('awkward documents come back as the same bytes, and the parsers are equal on them', () => {
  for (const kind of GENERATED_KINDS) {
    const bson = awkwardBlock(kind, 100_000);
    const json = roundTrips.json(bson, 'canonical');
    assert.ok(Buffer.from(twins.wasm.parse(json).bson).equals(bson), kind);
    // The parser in TypeScript takes seconds for the largest documents.
    if (json.length < 10_000_000) assert.equal(assertSame(json), false);
  }
});

test('the parsers are equal on lines of both modes', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 5 }), (seed, documents) => {
      const bson = Buffer.from(new RandomBson(new Random(seed)).documents(documents));
      for (const mode of ['canonical', 'relaxed'] as const) assertSame(roundTrips.json(bson, mode));
    }),
    { numRuns: 500 },
  );
});

test('the parsers refuse the same hostile lines for the same reason, at the same byte', () => {
  let refused = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = new Random(seed);
      const bson = Buffer.from(new RandomBson(random).documents(1 + random.below(3)));
      const json = roundTrips.json(bson, random.below(2) === 0 ? 'canonical' : 'relaxed');
      if (assertSame(mutatedJson(random, json))) refused++;
    }),
    { numRuns: 3000 },
  );
  assert.ok(refused > 1000, `${refused} refused`);
});

test('the parsers are equal on lines of any bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(bytes, (inside) => {
      assertSame(Buffer.concat([Buffer.from('{"a":'), inside]));
      assertSame(Buffer.concat([Buffer.from('{"a":"'), inside, Buffer.from('"}')]));
    }),
    { numRuns: 3000 },
  );
});

test('the parsers are equal on decimals of any length', () => {
  const random = new Random(7);
  const digits = (count: number): string => Array.from({ length: count }, () => random.below(10)).join('');
  const texts = Array.from({ length: 5000 }, () => {
    if (random.below(2) === 0) return String(randomDouble(random)).replace(/NaN|Infinity/, '0');
    const whole = random.below(3) === 0 ? '0' : `${1 + random.below(9)}${digits(random.below(25))}`;
    const fraction = random.below(2) === 0 ? '' : `.${digits(1 + random.below(25))}`;
    return `${whole}${fraction}${random.below(2) === 0 ? '' : `e${random.below(700) - 350}`}`;
  });
  const halves = Array.from({ length: 1000 }, () => {
    // Numbers halfway between two doubles, and barely beside.
    const half = (BigInt(random.uint32()) << 32n) | BigInt(random.uint32() | 1) | (1n << 63n);
    return `${(half >> BigInt(random.below(11))).toString()}.${random.pick(['0', '00000000000000000001', '5'])}`;
  });
  for (const text of texts.concat(halves)) {
    if (!assertSame(Buffer.from(`{"a":${text},"b":{"$numberDouble":"${text}"},"c":{"$numberDecimal":"${text}"}}`)))
      continue;
    assertSame(Buffer.from(`{"a":${text}}`));
    assertSame(Buffer.from(`{"c":{"$numberDecimal":"${text}"}}`));
  }
});

test('the parsers are equal after more keys than the cache has room for', () => {
  const keys = Array.from({ length: 40_000 }, (_, i) => `"key${i}${'x'.repeat(i % 300)}":${i % 7 === 0 ? '{}' : i}`);
  const line = `{${keys.join(',')}}\n`;
  assert.equal(assertSame(Buffer.from(line + line)), false);
});

test('the parsers are equal on spaces between tokens', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = new Random(seed);
      const json = roundTrips.json(Buffer.from(new RandomBson(random).documents(1)), 'canonical').toString();
      const spaced = json.replace(
        /"(?:[^"\\]|\\.)*"|[[\]{}:,]/g,
        (token) => token + random.pick(['', '', ' ', '\t', '\r ']),
      );
      assertSame(Buffer.from(spaced));
    }),
    { numRuns: 300 },
  );
});
