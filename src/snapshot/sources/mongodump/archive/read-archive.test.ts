import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BSON, Long, type Document } from 'bson';
import fc from 'fast-check';
import { archiveOf, TERMINATOR, type ArchivedNamespace } from '../../../../../test/support/mongodump-archive.ts';
import { AppError } from '../../../../kernel/errors.ts';
import type { Pieces } from '../piece-reader.ts';
import { readArchive, type Prelude } from './read-archive.ts';

/** Yields an archive in pieces that are cut at `cuts`. Each piece is overwritten when the next one is requested. */
async function* piecesOf(archive: Uint8Array, cuts: readonly number[] = []): Pieces {
  const places = [0, ...cuts.map((cut) => cut % (archive.byteLength + 1)).sort((a, b) => a - b), archive.byteLength];
  for (let index = 1; index < places.length; index++) {
    await Promise.resolve();
    const piece = Uint8Array.from(archive.subarray(places[index - 1], places[index]));
    yield piece;
    piece.fill(0xee);
  }
}

interface Read {
  readonly prelude: Prelude;
  readonly documents: ReadonlyMap<string, Buffer>;
}

async function read(archive: Uint8Array, cuts?: readonly number[]): Promise<Read> {
  let prelude: Prelude | undefined;
  const pieces = new Map<number, Uint8Array[]>();
  for await (const part of readArchive(piecesOf(archive, cuts), 'the archive')) {
    if ('prelude' in part) prelude = part.prelude;
    else if ('ended' in part) pieces.set(part.ended, pieces.get(part.ended) ?? []);
    else pieces.set(part.collection, [...(pieces.get(part.collection) ?? []), part.documents.slice()]);
  }
  assert.ok(prelude);
  const names = prelude.collections.map(({ database, name }) => `${database}.${name}`);
  return {
    prelude,
    documents: new Map([...pieces].map(([place, all]) => [names[place] ?? '', Buffer.concat(all)])),
  };
}

const DOCUMENT = fc.record({ _id: fc.integer(), text: fc.string({ maxLength: 60 }) });
const NAMESPACES: fc.Arbitrary<ArchivedNamespace[]> = fc.uniqueArray(
  fc.record({
    db: fc.constantFrom('a', 'b', ''),
    collection: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((name) => !name.includes('\0')),
    metadata: fc.constantFrom('', '{"options":{},"indexes":[]}'),
    runs: fc.array(fc.array(DOCUMENT, { maxLength: 5 }), { maxLength: 4 }),
  }),
  { maxLength: 5, selector: ({ db, collection }) => JSON.stringify([db, collection]) },
);
const bytesOf = (documents: readonly Document[]): Buffer =>
  Buffer.concat(documents.map((document) => BSON.serialize(document)));

test('whatever is in an archive comes out of it, however its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(NAMESPACES, fc.array(fc.nat(), { maxLength: 20 }), async (namespaces, cuts) => {
      const { prelude, documents } = await read(archiveOf(namespaces), cuts);
      assert.equal(prelude.serverVersion, '8.0.29');
      assert.equal(documents.size, namespaces.length);
      for (const { db, collection, runs } of namespaces) {
        assert.deepEqual(documents.get(`${db}.${collection}`), bytesOf((runs ?? []).flat()));
      }
    }),
    { numRuns: 60 },
  );
});

test('an archive that was cut off anywhere is refused', async () => {
  await fc.assert(
    fc.asyncProperty(NAMESPACES, fc.nat(), fc.array(fc.nat(), { maxLength: 5 }), async (namespaces, end, cuts) => {
      fc.pre(namespaces.length > 0);
      const archive = archiveOf(namespaces);
      const cut = archive.subarray(0, end % archive.byteLength);
      await assert.rejects(read(cut, cuts), { code: 'INVALID_DUMP' });
    }),
    { numRuns: 100 },
  );
});

test('a changed byte is refused, or changes no document', async () => {
  await fc.assert(
    fc.asyncProperty(NAMESPACES, fc.nat(), fc.integer({ min: 1, max: 255 }), async (namespaces, place, change) => {
      const archive = archiveOf(namespaces);
      const at = place % archive.byteLength;
      const changed = Uint8Array.from(archive);
      changed[at] = (changed[at] ?? 0) ^ change;
      const before = await read(archive);
      try {
        const after = await read(changed);
        assert.deepEqual([...after.documents.values()], [...before.documents.values()]);
      } catch (thrown) {
        assert.ok(thrown instanceof AppError, String(thrown));
        assert.equal(thrown.code, 'INVALID_DUMP');
      }
    }),
    { numRuns: 300 },
  );
});

test('any bytes are refused in words', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, withMagic) => {
      const archive = withMagic ? Buffer.concat([archiveOf([]).subarray(0, 4), bytes]) : bytes;
      await assert.rejects(read(archive), {
        code: 'INVALID_DUMP',
        message: /^the archive |the metadata of .* in the archive /,
      });
    }),
  );
});

const ORDERS: ArchivedNamespace = {
  db: 'shop',
  collection: 'orders',
  metadata: '',
  runs: [[{ _id: 1 }], [{ _id: 2 }]],
};
const header = (more: Document): Uint8Array =>
  BSON.serialize({ db: 'shop', collection: 'orders', EOF: false, CRC: Long.ZERO, ...more });
const block = (more: Document, documents: readonly Document[] = []): Buffer =>
  Buffer.concat([header(more), bytesOf(documents), TERMINATOR]);
const end = (crc: bigint): Buffer => block({ EOF: true, CRC: Long.fromBigInt(crc) });
/** The last part of this archive is the end of shop.orders. */
const WHOLE = archiveOf([ORDERS]);
const UNENDED = WHOLE.subarray(0, WHOLE.byteLength - end(0n).byteLength);

function hostileLength(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(length);
  return Buffer.concat([UNENDED, header({}), bytes]);
}

const refused: readonly [string, Uint8Array, RegExp][] = [
  ['nothing', Buffer.of(), /does not begin with the bytes 6d e2 99 81/],
  ['another format', archiveOf([ORDERS], { version: '0.2' }), /has the format 0\.2, and 0\.1 can be read/],
  ['a wrong checksum', Buffer.concat([UNENDED, end(1n)]), /shop\.orders that do not have the checksum/],
  ['an end that is missing', UNENDED, /ends at byte \d+ before the documents of shop\.orders do: it was cut off/],
  ['documents after the end', Buffer.concat([WHOLE, block({}, [{ _id: 3 }])]), /goes on with shop\.orders/],
  [
    'documents in the block that ends them',
    Buffer.concat([UNENDED, block({ EOF: true }, [{ _id: 3 }])]),
    /has documents behind the end of shop\.orders/,
  ],
  [
    'a collection that it does not list',
    Buffer.concat([WHOLE, block({ collection: 'others' }, [{ _id: 3 }])]),
    /has documents of shop\.others, which it does not list/,
  ],
  ['a collection that it lists twice', archiveOf([ORDERS, ORDERS]), /lists shop\.orders twice/],
  [
    'documents of a view',
    archiveOf([{ ...ORDERS, metadata: '{"options":{"viewOn":"others"}}' }]),
    /has documents of the view shop\.orders/,
  ],
  ['two terminators', Buffer.concat([WHOLE, TERMINATOR]), /has a terminator where a namespace begins/],
  ['bytes that are no block', Buffer.concat([WHOLE, Buffer.from('what?')]), /a document cannot have \d+ bytes/],
  ['a namespace without a name', Buffer.concat([WHOLE, block({ collection: 1 })]), /a description without collection/],
  ['a namespace without a checksum', Buffer.concat([WHOLE, block({ CRC: 'x' })]), /has a namespace without EOF or CRC/],
  [
    'metadata that are no JSON',
    archiveOf([{ ...ORDERS, metadata: '{' }]),
    /the metadata of shop\.orders in the archive cannot be read: .*JSON/,
  ],
  ...[-2, 0, 4, 17 * 1024 * 1024, 2 ** 31 - 1, -(2 ** 31)].map((length): [string, Uint8Array, RegExp] => [
    `a document of ${length} bytes`,
    hostileLength(length),
    new RegExp(`a document cannot have ${length} bytes`),
  ]),
];
for (const [what, archive, message] of refused) {
  test(`refuses ${what}`, async () => {
    await assert.rejects(read(archive), { code: 'INVALID_DUMP', message });
  });
}

for (const dataCollection of ['system.buckets.weather', 'weather']) {
  test(`the documents of a time series stand under the name ${dataCollection}, and a view has none`, async () => {
    const { documents } = await read(
      archiveOf([
        {
          db: 'db',
          collection: 'weather',
          metadata: '{"type":"timeseries","options":{"timeseries":{}}}',
          dataCollection,
          runs: [[{ _id: 1 }]],
        },
        { db: 'db', collection: 'sunny', metadata: '{"options":{"viewOn":"weather"}}', runs: [[]] },
        { db: 'db', collection: 'unended', metadata: '{"options":{"viewOn":"weather"}}', runs: undefined },
      ]),
    );
    assert.deepEqual(documents.get('db.weather'), bytesOf([{ _id: 1 }]));
    assert.deepEqual(
      [...documents].filter(([name, { byteLength }]) => name !== 'db.weather' && byteLength > 0),
      [],
    );
  });
}
