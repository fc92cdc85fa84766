import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serialize } from 'bson';
import { restoreInto, snapshotOf, snapshotOfDeployment } from '../../../test/support/restore.ts';
import { sourceOf } from '../../../test/support/pipelines.ts';
import { refuse, startScriptedMongodb, type ScriptedMongodb } from '../../../test/support/scripted-mongodb/index.ts';
import { openMongodbSource, type SnapshotSource } from '../../snapshot/sources/index.ts';
import { BlockPool } from '../threads/index.ts';
import type { RestoreOptions, RestoreProgressRecord, RestoreReport, RestoreSource } from './contract.ts';
import { restoreSourceOfSnapshot } from './snapshot-source.ts';

const { signal } = new AbortController();
const ID_INDEX = { v: 2, key: { _id: 1 }, name: '_id_' };

let pool: BlockPool;
before(() => {
  pool = new BlockPool({ threads: 2 });
});
after(() => pool.close());

const numbered = (count: number, bytes = 500): Uint8Array[] =>
  Array.from({ length: count }, (_, number) => serialize({ _id: number, text: `${number} `.padEnd(bytes, 'x') }));

/** A source of a few collections, of which `orders` has several blocks. */
async function shop(): Promise<RestoreSource> {
  const orders = Buffer.concat(numbered(12_000, 900));
  const source = sourceOf([
    { database: 'shop', name: 'empty', pieces: () => [] },
    { database: 'shop', name: 'items', pieces: () => numbered(3) },
    { database: 'shop', name: 'orders', pieces: () => [orders] },
  ]);
  return restoreSourceOfSnapshot(await snapshotOf(source, pool));
}

async function into(
  server: Pick<ScriptedMongodb, 'uri'>,
  source: RestoreSource,
  options: Partial<RestoreOptions> = {},
): Promise<RestoreReport> {
  return await restoreInto(server, { source, pool, ...options });
}

/** A deployment's collections as texts, with their documents, to be compared. */
async function contentOf(server: Pick<ScriptedMongodb, 'uri'>): Promise<Record<string, unknown>> {
  const source: SnapshotSource = await openMongodbSource(server.uri);
  try {
    const content: Record<string, unknown> = {};
    for (const collection of source.collections) {
      const { database, name, type, options, indexes } = collection;
      if (name.startsWith('system.')) continue;
      const pieces: Buffer[] = [];
      for await (const piece of collection.documents(signal)) pieces.push(Buffer.from(piece));
      content[`${database}.${name}`] = { type, options, indexes, documents: Buffer.concat(pieces).toString('base64') };
    }
    return content;
  } finally {
    await source.close();
  }
}

function documentsIn({ deployment }: ScriptedMongodb, database: string, name: string): number | undefined {
  const documents = deployment.history.collection(database, name)?.documents;
  return Array.isArray(documents) ? documents.length : undefined;
}

/** Keeps the record of a restore in memory. */
function memoryState(earlier?: RestoreProgressRecord) {
  let record = earlier;
  return {
    get record() {
      return record;
    },
    earlier,
    save: (next: RestoreProgressRecord) => {
      record = structuredClone(next);
      return Promise.resolve();
    },
    clear: () => {
      record = undefined;
      return Promise.resolve();
    },
  };
}

test('a deployment comes back as it was: options, documents, indexes, views', async () => {
  const key = new Map([
    ['text', 1],
    ['2', -1],
  ]);
  await using origin = await startScriptedMongodb({
    topology: 'replicaSet',
    databases: {
      shop: {
        orders: {
          documents: numbered(7000),
          options: { validator: { $jsonSchema: { required: ['text'] } }, validationAction: 'warn' },
          indexes: [ID_INDEX, { v: 2, key, name: 'text_1_2_-1', unique: true }],
        },
        'a "strange" näme.with.dots $and spaces': { documents: numbered(1) },
        log: { documents: numbered(20), options: { capped: true, size: 100_000 } },
        german: { documents: [], options: { collation: { locale: 'de', strength: 2 } } },
        a_view: { type: 'view', options: { viewOn: 'z_view', pipeline: [] } },
        z_view: { type: 'view', options: { viewOn: 'orders', pipeline: [{ $match: { _id: 1 } }] } },
      },
      weather: {
        temperatures: {
          type: 'timeseries',
          documents: numbered(50),
          options: { timeseries: { timeField: 'at', granularity: 'seconds', bucketMaxSpanSeconds: 3600 } },
        },
      },
    },
  });
  await using empty = await startScriptedMongodb({ topology: 'replicaSet' });
  const source = restoreSourceOfSnapshot(await snapshotOfDeployment(origin.uri, pool));
  const report = await into(empty, source);
  assert.deepEqual(report.problems, []);
  assert.equal(report.documents, 7000 + 1 + 20 + 50);
  assert.deepEqual(await contentOf(empty), await contentOf(origin));
  assert.ok(report.collections.every(({ type, proof }) => proof === (type === 'view' ? 'none' : 'equal')));
  const created = empty.deployment.requests
    .filter(({ name }) => name === 'create')
    .map(({ command }) => command['create']);
  assert.ok(created.indexOf('z_view') < created.indexOf('a_view'));
});

test('a collection that holds documents is refused, and nothing is changed', async () => {
  await using server = await startScriptedMongodb({ databases: { shop: { items: { documents: numbered(1) } } } });
  const source = await shop();
  await assert.rejects(into(server, source), { code: 'RESTORE_TARGET_NOT_EMPTY', message: /shop\.items/ });
  assert.deepEqual(Object.keys(await contentOf(server)), ['shop.items']);
  const dry = await into(server, source, { ifExists: 'drop', dryRun: true });
  assert.deepEqual(
    dry.collections.map(({ name, outcome }) => [name, outcome]),
    [
      ['empty', 'planned'],
      ['items', 'planned'],
      ['orders', 'planned'],
    ],
  );
  assert.deepEqual(Object.keys(await contentOf(server)), ['shop.items']);
});

test('the user says what happens to a collection that holds documents', async () => {
  const source = await shop();
  const other = serialize({ _id: 'of others' });
  const databases = { shop: { items: { documents: [...numbered(2), other], indexes: [ID_INDEX] } } };
  const outcomes = [
    ['drop', 3, 'equal'],
    ['merge', 4, 'merged'],
    ['skip', 3, 'none'],
  ] as const;
  for (const [ifExists, documents, proof] of outcomes) {
    await using server = await startScriptedMongodb({ databases });
    const report = await into(server, source, { ifExists });
    assert.deepEqual(report.problems, []);
    assert.equal(documentsIn(server, 'shop', 'items'), documents, ifExists);
    assert.equal(report.collections.find(({ name }) => name === 'items')?.proof, proof);
    assert.equal(documentsIn(server, 'shop', 'orders'), 12_000);
  }
});

test('another document with the same _id fails a merge', async () => {
  const documents = [serialize({ _id: 2, other: true })];
  await using server = await startScriptedMongodb({ databases: { shop: { items: { documents } } } });
  await assert.rejects(into(server, await shop(), { ifExists: 'merge' }), {
    code: 'RESTORE_DOCUMENT_DIFFERS',
    message: /shop\.items.*_id 2/,
  });
});

test('collections are chosen and renamed', async () => {
  await using server = await startScriptedMongodb();
  const report = await into(server, await shop(), {
    include: ['shop.*s'],
    exclude: ['*.items'],
    rename: [
      { from: { database: 'shop', name: 'orders' }, to: { database: 'old', name: 'orders.2026' } },
      { from: { database: 'shop' }, to: { database: 'other' } },
    ],
  });
  assert.deepEqual(Object.keys(await contentOf(server)), ['old.orders.2026']);
  assert.equal(report.collections[0]?.from, 'shop.orders');
  const both = { from: { database: 'shop', name: 'items' }, to: { database: 'shop', name: 'orders' } };
  await assert.rejects(into(server, await shop(), { rename: [both] }), { code: 'RESTORE_NAMES_COLLIDE' });
  await assert.rejects(into(server, await shop(), { include: ['shops'] }), { code: 'RESTORE_NOTHING' });
});

test('a choice that concerns nothing is refused, because it is most likely misspelt', async () => {
  await using server = await startScriptedMongodb();
  const from = (database: string, name?: string) => ({ database, ...(name === undefined ? {} : { name }) });
  for (const [options, message] of [
    [{ include: ['shop', 'shpo.orders'] }, /^--include shpo\.orders matches nothing of .*; nothing was restored$/],
    [{ rename: [{ from: from('shpo'), to: from('old') }] }, /^--rename shpo=old matches nothing/],
    [
      { exclude: ['*.items'], rename: [{ from: from('shop', 'items'), to: from('old', 'items') }] },
      /^--rename shop\.items=old\.items matches nothing/,
    ],
  ] as const) {
    await assert.rejects(into(server, await shop(), options), { code: 'RESTORE_NO_MATCH', message });
  }
  assert.deepEqual(await contentOf(server), {});
});

test('only what was chosen is said to be left out, and every file', async () => {
  await using server = await startScriptedMongodb();
  const reason = 'it was dropped while it was captured';
  const leftOut = ['shop.view', 'other.view', 'admin', 'other/notes.txt'].map((name) => ({ name, reason }));
  const source = { ...(await shop()), leftOut };
  const names = async (options: Partial<RestoreOptions>) =>
    (await into(server, source, { ...options, dryRun: true })).leftOut.map(({ name }) => name);
  assert.deepEqual(await names({}), ['shop.view', 'other.view', 'admin', 'other/notes.txt']);
  assert.deepEqual(await names({ include: ['shop'] }), ['shop.view', 'other/notes.txt']);
  assert.deepEqual(await names({ include: ['shop.orders', 'admin'] }), ['admin', 'other/notes.txt']);
  assert.deepEqual(await names({ exclude: ['*.view'] }), ['admin', 'other/notes.txt']);
});

test('an empty source is restored only if that is permitted, and changes nothing', async () => {
  await using server = await startScriptedMongodb();
  const empty = restoreSourceOfSnapshot(await snapshotOf(sourceOf([]), pool));
  await assert.rejects(into(server, empty), { code: 'RESTORE_NOTHING' });
  const report = await into(server, empty, { allowEmpty: true });
  assert.deepEqual([report.collections, report.problems], [[], []]);
  assert.deepEqual(await contentOf(server), {});
});

test('writes whose outcome is not known are sent again, and no document is doubled', async () => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet' });
  let inserts = 0;
  server.deployment.script = async (request) => {
    if (request.name !== 'insert') return undefined;
    inserts++;
    if (inserts <= 2) {
      // The server writes, and its answer is lost.
      const { insert } = await import('../../../test/support/scripted-mongodb/writes.ts');
      insert(server.deployment, request);
      return { cut: true };
    }
    return inserts === 4 ? refuse(11_602, 'the primary steps down') : undefined;
  };
  const report = await into(server, await shop());
  assert.deepEqual(report.problems, []);
  assert.equal(documentsIn(server, 'shop', 'orders'), 12_000);
  assert.ok(inserts > 4);
});

test('an interrupted restore continues: what the record has is not written again', async () => {
  await using server = await startScriptedMongodb();
  const source = await shop();
  const first = memoryState();
  const stop = new AbortController();
  let inserts = 0;
  server.deployment.script = ({ name }) => {
    if (name === 'insert' && ++inserts === 3) stop.abort(new Error('stop'));
    return undefined;
  };
  await assert.rejects(into(server, source, { state: first, signal: stop.signal }), /stop/);
  assert.ok(first.record);
  const written = inserts;
  const again = memoryState(first.record);
  const report = await into(server, source, { state: again });
  assert.deepEqual(report.problems, []);
  assert.equal(documentsIn(server, 'shop', 'orders'), 12_000);
  assert.equal(again.record, undefined);
  assert.ok(inserts > written);
});

test('an interrupted restore whose record is lost gives the same documents with merge', async () => {
  await using server = await startScriptedMongodb();
  const source = await shop();
  const stop = new AbortController();
  server.deployment.script = ({ name, command }) => {
    if (name === 'insert' && command['insert'] === 'orders') stop.abort(new Error('stop'));
    return undefined;
  };
  await assert.rejects(into(server, source, { signal: stop.signal }), /stop/);
  const report = await into(server, source, { ifExists: 'merge' });
  assert.ok(report.collections.every(({ proof }) => proof === 'equal'));
  assert.equal(documentsIn(server, 'shop', 'orders'), 12_000);
});

test('measurements of a time series are never doubled: their collection is written again', async () => {
  await using origin = await startScriptedMongodb({
    databases: {
      w: { t: { type: 'timeseries', documents: numbered(8000, 900), options: { timeseries: { timeField: 'a' } } } },
    },
  });
  const source = restoreSourceOfSnapshot(await snapshotOfDeployment(origin.uri, pool));
  await using server = await startScriptedMongodb();
  let inserts = 0;
  server.deployment.script = async (request) => {
    if (request.name !== 'insert' || ++inserts !== 2) return undefined;
    const { insert } = await import('../../../test/support/scripted-mongodb/writes.ts');
    insert(server.deployment, request);
    return { cut: true };
  };
  const report = await into(server, source);
  assert.deepEqual(report.problems, []);
  assert.equal(documentsIn(server, 'w', 't'), 8000);
  await assert.rejects(into(server, source, { ifExists: 'merge' }), { code: 'RESTORE_CANNOT_MERGE' });
});

test('a target that does not hold what was written is reported', async () => {
  await using server = await startScriptedMongodb();
  server.deployment.script = ({ name, command }) => {
    // A server that acknowledges what it does not write.
    return name === 'insert' && command['insert'] === 'items' ? { reply: { n: 3 } } : undefined;
  };
  const state = memoryState();
  const report = await into(server, await shop(), { state });
  assert.match(report.problems.join(), /^shop\.items holds 0 documents in the target, and the source has 3$/);
  assert.ok(state.record);
  assert.ok(!('shop.items' in state.record.collections));
});
