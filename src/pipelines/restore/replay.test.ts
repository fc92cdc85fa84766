import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BSON, Double, EJSON, Int32, Long, Timestamp, UUID, type Document } from 'bson';
import { sourceOf } from '../../../test/support/pipelines.ts';
import { restoreInto, snapshotOf } from '../../../test/support/restore.ts';
import { refuse, startScriptedMongodb, type ScriptedMongodb } from '../../../test/support/scripted-mongodb/index.ts';
import { openMongodbTarget } from '../../snapshot/targets/index.ts';
import { BlockPool } from '../threads/index.ts';
import type { RestoreOptions, RestoreProgressRecord, RestoreReport, RestoreSource } from './contract.ts';
import { LAST_INCREMENT } from './replay.ts';
import { restore } from './restore.ts';
import { restoreSourceOfSnapshot } from './snapshot-source.ts';

const clock = { now: () => Date.now() };
const { signal } = new AbortController();
const START = 1_786_332_000;

let pool: BlockPool;
before(() => {
  pool = new BlockPool({ threads: 2 });
});
after(() => pool.close());

/** What a deployment writes into its oplog beside the operation. */
function entry(number: number, operation: Document): Uint8Array {
  const tied = { ui: new UUID(), ts: new Timestamp({ t: START + number, i: 1 }), t: Long.ONE, v: new Long(2) };
  return BSON.serialize({ ...operation, ...tied, wall: new Date((START + number) * 1000) });
}

const insert = (ns: string, o: Document): Document => ({ op: 'i', ns, o });
const update = (ns: string, _id: unknown, o: Document): Document => ({ op: 'u', ns, o, o2: { _id } });
const remove = (ns: string, _id: unknown): Document => ({ op: 'd', ns, o: { _id } });
const command = (database: string, o: Document): Document => ({ op: 'c', ns: `${database}.$cmd`, o });

const OF_TRANSACTION = { lsid: { id: new UUID(), uid: new BSON.Binary(Buffer.alloc(32)) }, txnNumber: Long.ONE };
const OF_ABORTED = { ...OF_TRANSACTION, txnNumber: new Long(2) };
const transaction = (tied: Document, o: Document): Document => ({ ...command('admin', o), ...tied });

/** Every kind of entry, one in each second. */
const OPERATIONS: readonly Document[] = [
  { op: 'n', ns: '', o: { msg: 'periodic noop' } },
  insert('shop.orders', { _id: 4, zero: new Double(-0), n: new Long(7), nan: new Double(NaN) }),
  insert('shop.orders', { _id: 1, state: 'sent again' }),
  update('shop.orders', 1, { $v: 1, $set: { state: 'set', 'deep.er': 1 }, $unset: { gone: true } }),
  update('shop.orders', 2, { _id: 2, replaced: true }),
  update('shop.orders', 3, {
    $v: 2,
    diff: { d: { gone: false }, u: { state: 'diff' }, i: { added: 1 }, slist: { a: true, l: 2, u0: 'first' } },
  }),
  // It was deleted before mongodump came to it.
  update('shop.orders', 99, { $v: 1, $set: { state: 'nobody' } }),
  remove('shop.orders', 99),
  command('shop', { create: 'made', idIndex: { v: 2, key: { _id: 1 }, name: '_id_' }, validationLevel: 'moderate' }),
  insert('shop.made', { _id: 1 }),
  command('shop', { create: 'orders', idIndex: { v: 2, key: { _id: 1 }, name: '_id_' } }),
  command('shop', { renameCollection: 'shop.made', to: 'shop.renamed', stayTemp: false }),
  command('shop', { create: 'spare' }),
  command('shop', { renameCollection: 'shop.spare', to: 'shop.old', dropTarget: new UUID() }),
  insert('shop.renamed', { _id: 2 }),
  command('shop', { createIndexes: 'renamed', v: 2, key: { a: 1 }, name: 'a_1' }),
  command('shop', {
    startIndexBuild: 'orders',
    indexBuildUUID: new UUID(),
    indexes: [{ v: 2, key: { b: 1 }, name: 'b_1' }],
  }),
  command('shop', {
    commitIndexBuild: 'orders',
    indexBuildUUID: new UUID(),
    indexes: [{ v: 2, key: { b: 1 }, name: 'b_1' }],
  }),
  command('shop', { dropIndexes: 'orders', index: 'state_1' }),
  command('shop', { collMod: 'orders', index: { name: 'at_1', expireAfterSeconds: new Long(60) } }),
  command('shop', { collMod: 'orders', validationLevel: 'off' }),
  command('shop', { drop: 'old' }),
  command('shop', { drop: 'never there' }),
  command('admin', {
    applyOps: [
      { ...insert('shop.orders', { _id: 5 }), ui: new UUID() },
      command('shop', { applyOps: [insert('shop.orders', { _id: 6 })] }),
    ],
  }),
  transaction(OF_TRANSACTION, { applyOps: [insert('shop.orders', { _id: 7 })], partialTxn: true }),
  transaction(OF_ABORTED, { applyOps: [insert('shop.orders', { _id: 8 })], prepare: true }),
  transaction(OF_TRANSACTION, { applyOps: [insert('shop.orders', { _id: 9 })], count: new Long(2) }),
  transaction(OF_ABORTED, { abortTransaction: 1 }),
  insert('config.transactions', { _id: 1 }),
  insert('admin.system.users', { _id: 1 }),
  command('other', { dropDatabase: 1 }),
  remove('shop.orders', 5),
];

const ORDERS = [
  { _id: 1, state: 'new', gone: 1 },
  { _id: 2, state: 'new' },
  { _id: 3, state: 'new', gone: 1, list: ['a', 'b', 'c'] },
];

/** A snapshot of a dump with an oplog. */
async function dumped(operations = OPERATIONS): Promise<RestoreSource> {
  const pieces = (documents: readonly Document[]) => () => documents.map((each) => BSON.serialize(each));
  const indexes = [
    '{"v":2,"key":{"_id":1},"name":"_id_"}',
    '{"v":2,"key":{"state":1},"name":"state_1"}',
    '{"v":2,"key":{"at":1},"name":"at_1"}',
  ];
  const source = sourceOf([
    { database: 'other', name: 'things', pieces: pieces([{ _id: 1 }]) },
    { database: 'shop', name: 'old', pieces: pieces([{ _id: 1 }]) },
    { database: 'shop', name: 'orders', indexes, pieces: pieces(ORDERS) },
  ]);
  const [oplog] = sourceOf([
    { database: 'local', name: 'oplog.rs', pieces: () => operations.map((each, number) => entry(number, each)) },
  ]).collections;
  return restoreSourceOfSnapshot(await snapshotOf({ ...source, oplog: oplog ?? assert.fail() }, pool));
}

async function into(
  server: Pick<ScriptedMongodb, 'uri'>,
  source: RestoreSource,
  options: Partial<RestoreOptions> = {},
): Promise<RestoreReport> {
  return await restoreInto(server, { source, pool, oplog: {}, ...options });
}

/** The documents of each collection as canonical Extended JSON, by their `_id`. */
function contentOf({ deployment: { history } }: ScriptedMongodb): Record<string, readonly string[]> {
  const found = history.databases().flatMap((database) =>
    history.collections(database).map(({ name, collection: { documents = [] } }): [string, string[]] => {
      const all = typeof documents === 'function' ? [] : documents;
      const texts = all.map((bytes) =>
        EJSON.stringify(BSON.deserialize(bytes, { promoteValues: false }), { relaxed: false }),
      );
      return [`${database}.${name}`, texts.toSorted()];
    }),
  );
  return Object.fromEntries(found);
}

const AFTER = {
  'shop.orders': [
    '{"_id":{"$numberInt":"1"},"state":"set","deep":{"er":{"$numberInt":"1"}}}',
    '{"_id":{"$numberInt":"2"},"replaced":true}',
    '{"_id":{"$numberInt":"3"},"state":"diff","list":["first","b"],"added":{"$numberInt":"1"}}',
    '{"_id":{"$numberInt":"4"},"zero":{"$numberDouble":"-0.0"},"n":{"$numberLong":"7"},"nan":{"$numberDouble":"NaN"}}',
    '{"_id":{"$numberInt":"6"}}',
    '{"_id":{"$numberInt":"7"}}',
    '{"_id":{"$numberInt":"9"}}',
  ],
  'shop.renamed': ['{"_id":{"$numberInt":"1"}}', '{"_id":{"$numberInt":"2"}}'],
};

test('every kind of entry is applied, and the indexes of the end are created', async () => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet' });
  const report = await into(server, await dumped());
  assert.deepEqual(contentOf(server), AFTER);
  const { history, requests } = server.deployment;
  const names = (collection: string) => history.collection('shop', collection)?.indexes?.map(({ name }) => name);
  assert.deepEqual(names('orders'), ['_id_', 'at_1', 'b_1']);
  assert.deepEqual(names('renamed'), ['_id_', 'a_1']);
  const at = history.collection('shop', 'orders')?.indexes?.find(({ name }) => name === 'at_1');
  assert.equal(String(at?.['expireAfterSeconds']), '60');
  assert.equal(history.collection('shop', 'orders')?.options?.['validationLevel'], 'off');
  assert.equal(history.collection('shop', 'renamed')?.options?.['validationLevel'], 'moderate');
  const order = requests.map(({ name }) => name).filter((name) => ['applyOps', 'createIndexes'].includes(name));
  assert.ok(order.lastIndexOf('applyOps') < order.indexOf('createIndexes'), 'indexes come after the oplog');
  assert.deepEqual(report.problems, []);
  const time = (number: number) => ({ seconds: START + number, increment: 1 });
  assert.deepEqual(report.oplog, {
    entries: OPERATIONS.length,
    // The update of a document that is gone, a collection that was there, and one that was not.
    unmatched: 3,
    window: { first: time(0), last: time(OPERATIONS.length - 1) },
  });
});

test('entries after the moment are not applied, nor is a transaction that is committed after it', async () => {
  const at = OPERATIONS.findIndex(({ o }) => (o as Document)['partialTxn'] === true);
  await using server = await startScriptedMongodb({ topology: 'replicaSet' });
  const upTo = { seconds: START + at, increment: LAST_INCREMENT };
  const report = await into(server, await dumped(), { oplog: { upTo } });
  assert.equal(report.oplog?.entries, at + 1);
  assert.match(report.oplog.warning ?? '', /that it read later hold later writes/);
  const { 'shop.orders': orders, ...others } = contentOf(server);
  assert.deepEqual(orders, [
    ...AFTER['shop.orders'].slice(0, 4),
    '{"_id":{"$numberInt":"5"}}',
    '{"_id":{"$numberInt":"6"}}',
  ]);
  assert.deepEqual(others, { 'other.things': ['{"_id":{"$numberInt":"1"}}'], 'shop.renamed': AFTER['shop.renamed'] });
});

test('a moment is whole from the last entry on', async () => {
  const last = { seconds: START + OPERATIONS.length - 1, increment: 1 };
  for (const upTo of [last, { ...last, increment: LAST_INCREMENT }]) {
    await using server = await startScriptedMongodb({ topology: 'replicaSet' });
    const { oplog } = await into(server, await dumped(), { oplog: { upTo } });
    assert.equal(oplog?.entries, OPERATIONS.length);
    assert.equal(oplog.warning, undefined);
  }
});

test('a moment outside the oplog, a choice of collections and a source without an oplog are refused, and nothing is restored', async () => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet' });
  const source = await dumped();
  for (const seconds of [START - 1, START + OPERATIONS.length]) {
    const upTo = { seconds, increment: LAST_INCREMENT };
    await assert.rejects(into(server, source, { oplog: { upTo } }), { code: 'RESTORE_MOMENT_NOT_COVERED' });
  }
  const all = { code: 'RESTORE_OPLOG_NEEDS_ALL' };
  await assert.rejects(into(server, source, { include: ['shop'] }), all);
  await assert.rejects(into(server, source, { exclude: ['shop.old'] }), all);
  await assert.rejects(into(server, source, { rename: [{ from: { database: 'shop' }, to: { database: 'x' } }] }), all);
  await assert.rejects(into(server, source, { ifExists: 'merge' }), all);
  const plain = restoreSourceOfSnapshot(
    await snapshotOf(sourceOf([{ database: 'a', name: 'b', pieces: () => [] }]), pool),
  );
  await assert.rejects(into(server, plain), { code: 'RESTORE_NO_OPLOG' });
  assert.deepEqual(contentOf(server), {});
});

test('a server without applyOps, and a sharded cluster, are refused before anything is restored', async () => {
  const source = await dumped();
  const script = ({ name }: { name: string }) =>
    name === 'listCommands' ? { reply: { ok: 1, commands: { insert: {} } } } : undefined;
  for (const options of [
    { script },
    { topology: 'sharded' as const },
    { script: ({ name }: { name: string }) => (name === 'listCommands' ? refuse(59, 'no such command') : undefined) },
  ]) {
    await using server = await startScriptedMongodb(options);
    await assert.rejects(into(server, source), { code: 'RESTORE_OPLOG_UNSUPPORTED', message: /nothing was restored/ });
    assert.deepEqual(contentOf(server), {});
  }
});

test('a user who may not apply an oplog is told which role is missing', async () => {
  const script = ({ name }: { name: string }) => (name === 'applyOps' ? refuse(13, 'not authorized') : undefined);
  await using server = await startScriptedMongodb({ topology: 'replicaSet', script });
  await assert.rejects(into(server, await dumped()), {
    code: 'RESTORE_OPLOG_REFUSED',
    hint: /anyAction on anyResource/,
  });
});

test('a change that the server refuses ends the restore', async () => {
  const script = ({ name, command: { applyOps } }: { name: string; command: Document }) =>
    name === 'applyOps' && EJSON.stringify(applyOps).includes('first') ? refuse(2, 'bad value') : undefined;
  await using server = await startScriptedMongodb({ topology: 'replicaSet', script });
  await assert.rejects(into(server, await dumped()), {
    code: 'RESTORE_OPLOG_REFUSED',
    message: /shop\.orders.*bad value/,
  });
});

test('a restore that ends at any command goes on, and the result is the same', async () => {
  const source = await dumped();
  for (let kill = 1; ; kill++) {
    await using server = await startScriptedMongodb({ topology: 'replicaSet' });
    let state: RestoreProgressRecord | undefined;
    let left = kill;
    const seen = { isCut: false };
    const stop = new AbortController();
    const started = new Set<string>();
    server.deployment.script = ({ name }) => {
      started.add(name);
      const counts = ['applyOps', 'create', 'drop', 'renameCollection', 'collMod', 'dropDatabase', 'createIndexes'];
      if (!counts.includes(name) || !started.has('find')) return undefined;
      left--;
      if (left !== 0) return undefined;
      seen.isCut = true;
      // Half of the time the server has applied what the restore does not know of.
      stop.abort(new Error('killed'));
      return kill % 2 === 0 ? undefined : { cut: true };
    };
    const attempt = (earlier: RestoreProgressRecord | undefined, own: AbortSignal) =>
      into(server, source, {
        signal: own,
        state: {
          earlier,
          save: (record) => {
            state = structuredClone(record);
            return Promise.resolve();
          },
          clear: () => Promise.resolve(),
        },
      });
    await attempt(undefined, stop.signal).catch((thrown: unknown) => assert.equal(String(thrown), 'Error: killed'));
    server.deployment.script = () => undefined;
    if (!seen.isCut) break;
    const report = await attempt(state, signal);
    assert.deepEqual(report.problems, []);
    assert.deepEqual(contentOf(server), AFTER, `after a kill at command ${kill}`);
    assert.equal(
      report.collections.every(({ proof }) => proof === 'equal'),
      true,
    );
  }
});

test('without the option, the report says that the oplog was not applied', async () => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet' });
  const target = await openMongodbTarget(server.uri, { clock });
  const report = await restore({ source: await dumped(), target, pool, clock, signal });
  await target.close();
  assert.equal(report.oplog, undefined);
  assert.deepEqual(
    report.leftOut.map(({ name }) => name),
    ['local.oplog.rs'],
  );
  assert.match(report.leftOut[0]?.reason ?? '', /not applied/);
});

test('many changes go to the server in few commands', async () => {
  const many = Array.from({ length: 5000 }, (_, number) =>
    insert('shop.orders', { _id: 1000 + number, x: new Int32(number) }),
  );
  await using server = await startScriptedMongodb({ topology: 'replicaSet' });
  await into(server, await dumped(many));
  assert.equal(contentOf(server)['shop.orders']?.length, 5003);
  assert.equal(server.deployment.requests.filter(({ name }) => name === 'applyOps').length, 5);
});
