import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BSON, type Document } from 'bson';
import { memberTexts } from '../../kernel/json-text.ts';
import type { SnapshotSource, SourceCollection } from './contract.ts';
import { documentLength } from '../blocks/index.ts';

export interface ConformanceCollection {
  readonly documents: readonly Document[];
  readonly indexes?: readonly Document[];
  readonly type?: 'view';
  readonly options?: Document;
}

/**
 * The content that the subject's deployment must have: databases by name, and their collections by name. It may have
 * more.
 */
export const CONFORMANCE_DEPLOYMENT: Readonly<Record<string, Readonly<Record<string, ConformanceCollection>>>> = {
  conformance_a: {
    orders: {
      documents: Array.from({ length: 2500 }, (_, number) => ({ _id: number, text: 'x'.repeat(number % 900) })),
      indexes: [
        { v: 2, key: { _id: 1 }, name: '_id_' },
        { v: 2, key: { text: 1 }, name: 'text_1' },
      ],
    },
    'name with space & ünïcode': { documents: [{ _id: 'only' }] },
    empty: { documents: [] },
  },
  conformance_b: { items: { documents: [{ _id: 1, nested: { list: [1, 'two', null] } }] } },
};

/** The view of sources that have views. */
export const CONFORMANCE_VIEW: ConformanceCollection = {
  documents: [],
  type: 'view',
  options: { viewOn: 'orders', pipeline: [] },
};

/**
 * Tests what every source must do.
 * @param subject.open opens a source of a deployment with `CONFORMANCE_DEPLOYMENT`. It also has `CONFORMANCE_VIEW` as
 * `conformance_a.view` unless `withoutViews` is set.
 */
export function runSnapshotSourceConformance(subject: {
  readonly name: string;
  readonly open: () => Promise<SnapshotSource>;
  readonly withoutViews?: boolean;
  /** Options of each test, such as a reason to skip it. */
  readonly options?: { skip?: string };
}): void {
  const sourceTest = (name: string, body: (source: SnapshotSource) => Promise<void>): void => {
    test(name, subject.options ?? {}, async () => {
      const source = await subject.open();
      try {
        await body(source);
      } finally {
        await source.close();
      }
    });
  };

  suite(`snapshot source: ${subject.name}`, () => {
    sourceTest('says what it is', async (source) => {
      assert.match(source.mongodbVersion, /^(\d+\.\d+|unknown$)/);
      assert.match(source.consistency.reason, /\w.*\.$/s);
      return Promise.resolve();
    });

    sourceTest('lists every collection once, by database then name', async (source) => {
      const names = source.collections.map(({ database, name }) => [database, name] as const);
      const sorted = names.toSorted((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
      assert.deepEqual(names, sorted);
      assert.equal(new Set(names.map((pair) => JSON.stringify(pair))).size, names.length);
      for (const [database, collections] of Object.entries(CONFORMANCE_DEPLOYMENT)) {
        for (const name of Object.keys(collections)) find(source, database, name);
      }
      return Promise.resolve();
    });

    sourceTest('gives all documents of each, byte for byte, as often as it is asked', async (source) => {
      for (const [database, collections] of Object.entries(CONFORMANCE_DEPLOYMENT)) {
        for (const [name, { documents }] of Object.entries(collections)) {
          const expected = documents.map((document) => Buffer.from(BSON.serialize(document)).toString('hex')).sort();
          const collection = find(source, database, name);
          for (const time of ['first', 'second']) {
            assert.deepEqual(await documentsOf(collection), expected, `${database}.${name}, ${time} time`);
          }
        }
      }
    });

    sourceTest('names the indexes', async (source) => {
      const { indexes } = find(source, 'conformance_a', 'orders');
      assert.deepEqual(indexes.map((index) => memberTexts(index).get('name')).sort(), ['"_id_"', '"text_1"']);
      return Promise.resolve();
    });

    if (subject.withoutViews !== true) {
      sourceTest('tells a view from a collection, and reads no documents of it', async (source) => {
        const view = find(source, 'conformance_a', 'view');
        assert.equal(view.type, 'view');
        assert.equal(memberTexts(view.options).get('viewOn'), '"orders"');
        assert.deepEqual(await documentsOf(view), []);
      });
    }

    sourceTest('stops at an abort', async (source) => {
      const reason = new Error('stop');
      const reading = async (): Promise<void> => {
        const pieces = find(source, 'conformance_a', 'orders').documents(AbortSignal.abort(reason));
        for await (const piece of pieces) assert.ok(piece.byteLength >= 0);
      };
      await assert.rejects(reading(), reason);
    });

    sourceTest('lets a reader stop in the middle', async (source) => {
      const orders = find(source, 'conformance_a', 'orders');
      for await (const piece of orders.documents(new AbortController().signal)) {
        assert.ok(piece.byteLength > 0);
        break;
      }
      assert.equal((await documentsOf(orders)).length, 2500);
    });
  });
}

function find(source: SnapshotSource, database: string, name: string): SourceCollection {
  const found = source.collections.find((each) => each.database === database && each.name === name);
  if (found === undefined) assert.fail(`the source lists no ${database}.${name}`);
  return found;
}

/** The documents in hex, sorted, because a source may yield them in any order. */
async function documentsOf(collection: SourceCollection): Promise<string[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of collection.documents(new AbortController().signal)) pieces.push(Uint8Array.from(piece));
  const all = Buffer.concat(pieces);
  const documents: string[] = [];
  for (let at = 0, length; at < all.byteLength; at += length) {
    length = documentLength(all, at);
    assert.ok(length >= 5 && at + length <= all.byteLength, `no document at byte ${at}`);
    documents.push(all.toString('hex', at, at + length));
  }
  return documents.sort();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
