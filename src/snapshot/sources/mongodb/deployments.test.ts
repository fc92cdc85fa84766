// The same suite for every deployment that can be had: MONGODB_URI or MONGOD_BIN runs it on MongoDB itself.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, ObjectId, serialize, Timestamp } from 'bson';
import { collectionOf, contentOf, failure, never } from '../../../../test/support/live-source.ts';
import {
  FERRETDB,
  REAL,
  SCRIPTED,
  type MongodbUnderTest,
  type StartedMongodb,
} from '../../../../test/support/mongodb-under-test/index.ts';
import { memberTexts } from '../../../kernel/json-text.ts';
import { documentLength } from '../../blocks/index.ts';
import { CONFORMANCE_DEPLOYMENT, CONFORMANCE_VIEW, runSnapshotSourceConformance } from '../conformance.ts';
import type { SnapshotSource } from '../contract.ts';
import { openMongodbSource } from './index.ts';

const DATABASE = 'longshore_live';
/** 14 MB: several batches of any server. */
const SHIPS = Array.from({ length: 7000 }, (_, index) => serialize({ _id: index, text: 'x'.repeat(2000) }));
const TYPES = [
  { double: new Double(1), int: new Int32(1), long: Long.fromString('9007199254740993'), text: 'ä 海 🚢' },
  { date: new Date(0), before: new Date(-1), yes: true, nothing: null, id: new ObjectId('56e1fc72e0c917e9c4714161') },
  { binary: new Binary(Buffer.from([0, 255])), regex: new BSONRegExp('^a', 'i'), time: new Timestamp({ t: 1, i: 2 }) },
  { list: [1, { a: null }], nested: { '2': 1, '1': { b: [] } } },
].map((value, index) => serialize({ _id: index, ...value }));
/** FerretDB stores neither. */
const MORE_TYPES = serialize({ _id: TYPES.length, decimal: Decimal128.fromString('1.000E+3'), list: [[[1]]] });

/** The errors during a reading that no longer occur when the reading is tried again. */
const CODES = [43, 89, 91, 175, 189, 237, 10_107, 11_600, 11_602, 13_435, 'cut'] as const;

const hex = (documents: readonly Uint8Array[]): string => Buffer.concat(documents).toString('hex');

/** Returns the documents in the order of their bytes, because not every server reads in the order of `_id`. */
function sorted(content: string): string[] {
  const bytes = Buffer.from(content, 'hex');
  const documents: string[] = [];
  for (let at = 0, length; at < bytes.length; at += length) {
    length = documentLength(bytes, at);
    documents.push(bytes.toString('hex', at, at + length));
  }
  return documents.sort();
}

function runDeploymentSuite(subject: MongodbUnderTest): void {
  suite(`running deployment: ${subject.name}`, subject.options, () => {
    let started: StartedMongodb | undefined;
    let opened: SnapshotSource | undefined;
    let server: StartedMongodb;
    let source: SnapshotSource;
    const { can } = subject;
    const types = can.order ? [...TYPES, MORE_TYPES] : TYPES;

    before(async () => {
      started = server = await subject.start();
      const key = new Map([
        ['text', 1],
        ['2', -1],
      ]);
      await server.put(DATABASE, 'ships', { documents: SHIPS, indexes: [{ name: 'text_1_2_-1', key }] });
      await server.put(DATABASE, 'types', { documents: types });
      await server.put(DATABASE, 'empty', {});
      opened = source = await openMongodbSource(server.uri);
    });

    after(async () => {
      await opened?.close();
      await started?.stop();
    });

    test('every document comes, over several batches and byte for byte', async () => {
      for (const [name, documents] of [
        ['ships', SHIPS],
        ['types', types],
        ['empty', []],
      ] as const) {
        const content = await contentOf(collectionOf(source, name));
        // Not with deepEqual, which would show megabytes.
        assert.ok(sorted(content).join() === sorted(hex(documents)).join(), name);
        if (can.order) assert.ok(content === hex(documents), `the order of ${name}`);
      }
    });

    test('an index comes as it is: canonical Extended JSON, its keys in their order', () => {
      const indexes = collectionOf(source, 'ships').indexes.map(memberTexts);
      const index = indexes.find((each) => each.get('name') === '"text_1_2_-1"');
      assert.equal(index?.get('key'), '{"text":{"$numberInt":"1"},"2":{"$numberInt":"-1"}}');
    });

    test('the consistency is what the deployment can do', () => {
      assert.equal(source.consistency.level, can.pointInTime ? 'pointInTime' : 'none');
    });

    test('a reader that stops early, or is aborted, leaves no cursor open', async () => {
      // The source already has cursors of the collections that it reads ahead.
      const openBefore = (await server.openCursors?.()) ?? 0;
      const reason = new Error('enough');
      const aborting = new AbortController();
      for (const signal of [never, aborting.signal]) {
        for await (const piece of collectionOf(source, 'ships').documents(signal)) {
          assert.ok(piece.length > 0);
          break;
        }
      }
      aborting.abort(reason);
      await assert.rejects(contentOf(collectionOf(source, 'ships'), aborting.signal), reason);
      assert.ok(((await server.openCursors?.()) ?? 0) <= openBefore);
      assert.equal(sorted(await contentOf(collectionOf(source, 'ships'))).length, SHIPS.length);
    });

    test('a collection that is dropped before it is read is named', async () => {
      await server.put(DATABASE, 'dropped', { documents: types });
      const again = await openMongodbSource(server.uri);
      try {
        await server.drop(DATABASE, 'dropped');
        // One cluster time shows it still, on a server that keeps what it dropped for so long.
        const read = contentOf(collectionOf(again, 'dropped'));
        if (can.pointInTime && (await read.catch(() => '')) !== '') return;
        assert.equal((await failure(read)).code, 'COLLECTION_DROPPED');
        assert.ok(again.leftOut.some(({ name }) => name === `${DATABASE}.dropped`));
      } finally {
        await again.close();
      }
    });

    if (can.pointInTime) {
      test('what is written meanwhile does not show, and a later source goes on at the same time', async () => {
        await server.put(DATABASE, 'parts', { documents: SHIPS });
        const first = await openMongodbSource(server.uri);
        const { place = '', collections, leftOut } = first;
        try {
          const pieces: string[] = [];
          for await (const piece of collectionOf(first, 'ships').documents(never)) {
            pieces.push(Buffer.from(piece).toString('hex'));
            if (pieces.length === 1) await server.put(DATABASE, 'later', { documents: types });
          }
          assert.ok(pieces.join('') === hex(SHIPS));
        } finally {
          await first.close();
        }
        const second = await openMongodbSource(server.uri, { earlier: { place, collections, leftOut } });
        try {
          assert.equal(second.isResumed, true);
          const behind = serialize({ _id: 4999 }).subarray(4, -1);
          assert.ok((await contentOf(collectionOf(second, 'parts'), never, behind)) === hex(SHIPS.slice(5000)));
          assert.deepEqual(second.consistency, first.consistency);
        } finally {
          await second.close();
        }
      });
    }

    for (const how of can.order ? CODES : []) {
      test(`${how === 'cut' ? 'a cut socket' : `code ${how}`} in the middle: reading goes on after the last _id`, async (t) => {
        if (server.failNext === undefined) {
          t.skip('missing: failCommand');
          return;
        }
        const pieces: string[] = [];
        for await (const piece of collectionOf(source, 'ships').documents(never)) {
          pieces.push(Buffer.from(piece).toString('hex'));
          if (pieces.length === 1) await server.failNext('getMore', how === 'cut' ? how : { code: how });
        }
        assert.ok(pieces.join('') === hex(SHIPS));
      });
    }
  });

  let server: StartedMongodb | undefined;
  after(async () => {
    await server?.stop();
  });
  runSnapshotSourceConformance({
    name: subject.name,
    options: subject.options,
    withoutViews: !subject.can.views,
    open: async () => {
      server ??= await withConformanceDeployment(await subject.start(), subject.can.views);
      return await openMongodbSource(server.uri);
    },
  });
}

async function withConformanceDeployment(server: StartedMongodb, views: boolean): Promise<StartedMongodb> {
  for (const [database, collections] of Object.entries(CONFORMANCE_DEPLOYMENT)) {
    for (const [name, { documents, indexes = [] }] of Object.entries(collections)) {
      const more = indexes.filter(({ name: indexName }) => indexName !== '_id_');
      await server.put(database, name, {
        documents: documents.map((document) => serialize(document)),
        indexes: more.map(({ name: indexName, key }) => ({
          name: String(indexName),
          key: new Map(Object.entries(key as Record<string, number>)),
        })),
      });
    }
  }
  const { type, options = {} } = CONFORMANCE_VIEW;
  if (views && type !== undefined) await server.put('conformance_a', 'view', { type, options });
  return server;
}

for (const subject of [SCRIPTED, FERRETDB, REAL]) runDeploymentSuite(subject);
