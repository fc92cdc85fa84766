import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { describe, test } from 'node:test';
import { Binary, serialize, type Document } from 'bson';
import fc from 'fast-check';
import { RandomBson } from '../../test/support/random-bson.ts';
import { Random } from '../../test/support/random.ts';
import { checkerTwins, differenceOfCheckers } from '../../test/support/checker-twins.ts';
import { BsonError, type BlockFindings } from './index.ts';
import { TYPE_KEYS } from './type-keys.ts';

const ENOUGH = 100;
const NOTHING: BlockFindings = { badDocuments: 0, lookAlikes: 0, badValues: [] };
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const twins = checkerTwins();

/** @param elements in hexadecimal digits. */
function document(elements: string): Buffer {
  const body = Buffer.from(elements.replaceAll(' ', ''), 'hex');
  const bson = Buffer.concat([Buffer.alloc(4), body, Buffer.alloc(1)]);
  bson.writeInt32LE(bson.length);
  return bson;
}

const ID_2 = '10 5f696400 02000000';
const JOS = '02 6e616d6500 05000000 4a6f73e9 00';
const LATIN_1 = document(JOS);

function int32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes.toString('hex');
}

/** The name of the document, the document, and the places of its bad values. */
const BAD: readonly (readonly [string, Buffer, readonly string[]])[] = [
  ['Latin-1 in a string', document(`${ID_2} ${JOS}`), ['name invalidUtf8']],
  ['Latin-1 in a key', document(`${ID_2} 0a 6ee900`), ['n\ufffd invalidUtf8']],
  ['Latin-1 in a long key', document(`${ID_2} 0a ${'6e'.repeat(120)}e900`), [`${'n'.repeat(100)}… invalidUtf8`]],
  ['an old binary without inner length', document(`${ID_2} 05 6200 01000000 02 ff`), ['b oldBinaryLength']],
  ['an old binary of a wrong one', document(`${ID_2} 05 6200 05000000 02 02000000 61`), ['b oldBinaryLength']],
  ['Latin-1 in code', document(`${ID_2} 0d 6300 02000000 e900`), ['c invalidUtf8']],
  ['Latin-1 in a symbol', document(`${ID_2} 0e 7300 02000000 e900`), ['s invalidUtf8']],
  ['Latin-1 in a pattern', document(`${ID_2} 0b 7200 e900 00`), ['r invalidUtf8']],
  ['Latin-1 in options', document(`${ID_2} 0b 7200 6100 e900`), ['r invalidUtf8']],
  [
    'Latin-1 in the name of a DBPointer',
    document(`${ID_2} 0c 7000 02000000 e900 000000000000000000000000`),
    ['p invalidUtf8'],
  ],
  [
    'Latin-1 in code with scope, and in its scope',
    document(`${ID_2} 0f 7700 ${int32(10 + LATIN_1.length)} 02000000 e900 ${LATIN_1.toString('hex')}`),
    ['w invalidUtf8', 'w.name invalidUtf8'],
  ],
  [
    'Latin-1 in an array of documents',
    document(`${ID_2} 04 6c00 ${document(`0a 3000 03 3100 ${LATIN_1.toString('hex')}`).toString('hex')}`),
    ['l.1.name invalidUtf8'],
  ],
];

for (const [name, create] of Object.entries(twins)) {
  describe(`the ${name} checker`, () => {
    const checker = create();

    for (const [what, bson, fields] of BAD) {
      test(`finds ${what}`, async () => {
        const found = await checker.check(bson, ENOUGH);
        const expected = fields.map((field) => {
          const [path = '', reason] = field.split(' ');
          return { _id: '{"$numberInt":"2"}', field: path, reason };
        });
        assert.deepEqual(found, { badDocuments: 1, lookAlikes: 0, badValues: expected });
      });
    }

    test('finds nothing in documents of every type, and in no documents', async () => {
      assert.deepEqual(
        await checker.check(serialize({ _id: 1, name: 'José – 東京 🎉', b: new Binary(Buffer.of(1)) }), 1),
        NOTHING,
      );
      assert.deepEqual(await checker.check(Buffer.alloc(0), ENOUGH), NOTHING);
    });

    test('does not look at the indexes of arrays', async () => {
      assert.deepEqual(await checker.check(document(`04 6100 ${document('0a e92400').toString('hex')}`), 1), NOTHING);
    });

    test('counts documents with a key of a type wrapper, wherever it stands', async () => {
      const alike: Document[] = [...TYPE_KEYS].map((key) => ({ _id: 1, v: { [key]: '12' } }));
      alike.push({ _id: 1, v: [{ other: 1, $oid: 'x' }] }, { $date: 0 }, { v: { $code: '', $scope: {} } });
      const plain = [
        { v: { $ref: 'a', $id: 1, $db: 'c' } },
        { v: { $numberLonger: '1', $options: 'i', numberLong: '' } },
      ];
      const bson = [...alike, ...plain].map((value) => serialize(value));
      assert.deepEqual(await checker.check(Buffer.concat(bson), 1), { ...NOTHING, lookAlikes: alike.length });
    });

    test('names the requested number of bad values, and counts all documents', async () => {
      const bson = Buffer.concat(Array.from({ length: 500 }, () => document(`${ID_2} ${JOS} ${JOS}`)));
      const found = await checker.check(bson, 3);
      assert.equal(found.badDocuments, 500);
      assert.deepEqual(
        found.badValues,
        Array(3).fill({ _id: '{"$numberInt":"2"}', field: 'name', reason: 'invalidUtf8' }),
      );
      assert.equal((await checker.check(bson, 0)).badDocuments, 500);
    });

    test('names a document by an _id behind the bad value, and one without', async () => {
      const { badValues } = await checker.check(Buffer.concat([document(`${JOS} ${ID_2}`), document(JOS)]), ENOUGH);
      assert.deepEqual(
        badValues.map(({ _id }) => _id),
        ['{"$numberInt":"2"}', undefined],
      );
    });

    test('cuts a long _id', async () => {
      const text = '61'.repeat(5000);
      const { badValues } = await checker.check(document(`02 5f696400 ${int32(5001)} ${text} 00 ${JOS}`), ENOUGH);
      assert.deepEqual(badValues, [{ _id: `"${'a'.repeat(999)}…`, field: 'name', reason: 'invalidUtf8' }]);
    });

    test('refuses damage with the _id before it', async () => {
      const good = document(ID_2);
      const damaged = Buffer.concat([good, document(`${ID_2} 14 6100`)]);
      await assert.rejects(
        checker.check(damaged, ENOUGH),
        (thrown) =>
          thrown instanceof BsonError &&
          thrown.id === '{"$numberInt":"2"}' &&
          thrown.document === 1 &&
          thrown.offset === good.length + 13,
      );
      await assert.rejects(
        checker.check(Buffer.from('0600000000', 'hex'), ENOUGH),
        (thrown) => thrown instanceof BsonError && thrown.id === undefined && thrown.offset === 0,
      );
    });

    test('checks documents larger than the pieces that it works in, before and after small ones', async () => {
      const large = serialize({ _id: 2, list: Array.from({ length: 3 }, () => 'é'.repeat(100_000)) });
      const bad = Buffer.concat([large.subarray(0, -1), Buffer.from('02610002000000e90000', 'hex')]);
      bad.writeInt32LE(bad.length);
      const small = document(ID_2);
      for (const bson of [[small, large, small], [large], [bad, small, bad], [small]]) {
        const { badDocuments } = await checker.check(Buffer.concat(bson), ENOUGH);
        assert.equal(badDocuments, bson.filter((each) => each === bad).length);
      }
    });

    test('knows UTF-8 as Node.js does, at every length and place', async () => {
      const bytes = fc.oneof(
        fc.constantFrom(0x00, 0x41, 0x80, 0xa0, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xf0, 0xf4),
        fc.nat(255),
      );
      const valid = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => [...Buffer.from(text.toWellFormed())]);
      const pieces = fc.array(
        fc.oneof({ weight: 4, arbitrary: valid }, { weight: 1, arbitrary: fc.array(bytes, { maxLength: 4 }) }),
      );
      await fc.assert(
        fc.asyncProperty(pieces, async (texts) => {
          const text = Buffer.from(texts.flat());
          const bson = document(`02 00 ${int32(text.length + 1)} ${text.toString('hex')} 00`);
          assert.equal((await checker.check(bson, 0)).badDocuments, isUtf8(text) ? 0 : 1);
        }),
        { numRuns: 3000 },
      );
    });
  });
}

test('the checkers find the same in documents of every kind', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.integer({ min: 0, max: 200 }), async (seed, documents) => {
      assert.equal(await differenceOfCheckers(new RandomBson(new Random(seed)).documents(documents)), undefined);
    }),
    { numRuns: 300 },
  );
});

test('the checkers refuse what the transcoders refuse, for the same reason at the same byte', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.integer({ min: 1, max: 5 }), async (seed, documents) => {
      const source = new RandomBson(new Random(seed));
      assert.equal(await differenceOfCheckers(source.mutated(source.documents(documents))), undefined);
    }),
    { numRuns: 3000 },
  );
});
