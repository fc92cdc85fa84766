import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import {
  BATCH_BYTES,
  collectionOf,
  contentOf,
  failure,
  live,
  never,
  once,
  ORDERS,
  SHOP,
  WHOLE,
} from '../../../../test/support/live-source.ts';
import { refuse, startScriptedMongodb, type Script } from '../../../../test/support/scripted-mongodb/index.ts';
import { turns } from '../../../../test/support/turns.ts';
import { openMongodbSource } from './index.ts';

test('with two mongos every cursor stays on its own, and is closed at the end', async () => {
  await using context = await live({ topology: 'sharded', members: 2 });
  const { source, server, requests } = context;
  for (let time = 0; time < 4; time++) assert.equal(await contentOf(collectionOf(source)), WHOLE);
  assert.ok(requests('getMore').length > 40);
  assert.equal(server.openCursors(), 0);
});

test('a cursor is closed where the reader stops, fails or is aborted', async () => {
  await using context = await live({ topology: 'sharded', members: 2 });
  const { source, server } = context;
  for await (const piece of collectionOf(source).documents(never)) {
    assert.ok(piece.length > 0);
    break;
  }
  assert.equal(server.openCursors(), 0);
  const aborting = new AbortController();
  const reason = new Error('enough');
  server.deployment.script = ({ name }) => {
    if (name === 'getMore') aborting.abort(reason);
    return undefined;
  };
  await assert.rejects(contentOf(collectionOf(source), aborting.signal), reason);
  assert.equal(server.openCursors(), 0);
  server.deployment.script = once('getMore', 2, refuse(13, 'not authorized'));
  await failure(contentOf(collectionOf(source)));
  assert.equal(server.openCursors(), 0);
});

test('large batches of a replica set are read although the memory of each reply is released after use', async () => {
  const documents = Array.from({ length: 3000 }, (_, index) => serialize({ _id: index, text: 'x'.repeat(1000) }));
  const shop = { orders: { documents }, parts: { documents } };
  await using context = await live({ topology: 'replicaSet', databases: { shop }, batchBytes: 300_000 });
  const whole = Buffer.concat(documents).toString('hex');
  const contents = await Promise.all(['orders', 'parts'].map((name) => contentOf(collectionOf(context.source, name))));
  assert.deepEqual(
    contents.map((content) => content === whole),
    [true, true],
  );
});

test('what has the label RetryableReadError is read on after the last _id, whatever its code', async () => {
  await using context = await live({ topology: 'replicaSet' }, { query: '&readPreference=primaryPreferred' });
  const { source, server, requests } = context;
  server.deployment.script = once('getMore', 5, refuse(1, 'some trouble', ['RetryableReadError']));
  assert.equal(await contentOf(collectionOf(source)), WHOLE);
  assert.ok(requests('find').at(-1).command['min'] !== undefined);
  assert.equal(server.openCursors(), 0);
});

test('killed cursors, an election and a member that is gone are lived through', async () => {
  await using context = await live({ topology: 'replicaSet' });
  const { source, server } = context;
  let batches = 0;
  const pieces: Uint8Array[] = [];
  for await (const piece of collectionOf(source).documents(never)) {
    pieces.push(Uint8Array.from(piece));
    batches++;
    if (batches === 3) server.forgetCursors();
    if (batches === 6) server.elect(1);
    if (batches === 9) server.cutConnections(0);
    if (batches === 12) await server.kill(0);
  }
  assert.equal(Buffer.concat(pieces).toString('hex'), WHOLE);
  assert.ok(context.requests('find').some(({ member }) => member === 1));
});

test('a collection without such an order is to begin again, and says so', async () => {
  const series = { shop: { orders: { documents: ORDERS, type: 'timeseries' as const, indexes: [] } } };
  await using context = await live({ topology: 'replicaSet', databases: series });
  const { source, server } = context;
  server.deployment.script = once('getMore', 3, refuse(43, 'cursor id not found'));
  const error = await failure(contentOf(collectionOf(source)));
  assert.deepEqual([error.code, error.transient], ['COLLECTION_INTERRUPTED', true]);
  assert.equal(await contentOf(collectionOf(source)), WHOLE);
});

test('trouble that does not end is transient; what a person must change fails at once', async () => {
  await using context = await live({ topology: 'replicaSet' });
  const { source, server, requests } = context;
  server.deployment.script = ({ name }) => (name === 'find' ? refuse(91, 'shutdown in progress') : undefined);
  const busy = await failure(contentOf(collectionOf(source)));
  assert.deepEqual([busy.code, busy.transient], ['SOURCE_READ_FAILED', true]);
  const before = requests('find').length;
  server.deployment.script = ({ name }) => (name === 'find' ? refuse(13, 'not authorized on shop') : undefined);
  const refused = await failure(contentOf(collectionOf(source)));
  assert.deepEqual([refused.code, refused.transient], ['SOURCE_READ_FAILED', false]);
  assert.match(`${refused.message} ${refused.hint ?? ''}`, /not authorized on shop.*readAnyDatabase/s);
  assert.equal(requests('find').length, before + 1);
});

test('no server that can be selected is transient; credentials that are refused in the middle are not', async () => {
  await using server = await startScriptedMongodb({ databases: SHOP, batchBytes: BATCH_BYTES, topology: 'replicaSet' });
  const source = await openMongodbSource(`${server.uri}&serverSelectionTimeoutMS=100&heartbeatFrequencyMS=500`);
  try {
    server.deployment.script = once('getMore', 2, refuse(18, 'Authentication failed.'));
    const refused = await failure(contentOf(collectionOf(source)));
    assert.deepEqual([refused.code, refused.transient], ['SOURCE_READ_FAILED', false]);
    await Promise.all(server.hosts.map((_, member) => server.kill(member)));
    const gone = await failure(contentOf(collectionOf(source)));
    assert.deepEqual([gone.code, gone.transient], ['SOURCE_READ_FAILED', true]);
  } finally {
    await source.close();
  }
});

test('_ids of several types are read on across their borders', async () => {
  const documents = Array.from({ length: 900 }, (_, index) => {
    const _id = index % 3 === 0 ? index : index % 3 === 1 ? `text ${index}` : { part: index };
    return serialize({ _id, text: 'x'.repeat(50) });
  });
  await using context = await live({ topology: 'replicaSet', databases: { shop: { orders: { documents } } } });
  const { source, server } = context;
  const whole = await contentOf(collectionOf(source));
  assert.equal(whole.length, Buffer.concat(documents).length * 2);
  let calls = 0;
  server.deployment.script = ({ name }) => (name === 'getMore' && ++calls % 2 === 0 ? refuse(43, 'gone') : undefined);
  assert.equal(await contentOf(collectionOf(source)), whole);
});

test('a collection that was dropped in mid-capture is named, whether it was begun or not', async () => {
  const databases = { shop: { ...SHOP.shop, later: { documents: ORDERS } } };
  await using context = await live({ databases });
  const { source, server } = context;
  let batches = 0;
  const reading = async (): Promise<void> => {
    for await (const piece of collectionOf(source).documents(never)) {
      assert.ok(piece.length > 0);
      if (++batches === 2) server.deployment.set('shop', 'orders', undefined);
    }
  };
  assert.equal((await failure(reading())).code, 'COLLECTION_DROPPED');
  server.deployment.set('shop', 'later', undefined);
  assert.equal((await failure(contentOf(collectionOf(source, 'later')))).code, 'COLLECTION_DROPPED');
  assert.deepEqual(
    source.leftOut.map(({ name }) => name),
    ['shop.orders', 'shop.later'],
  );
});

test('the next collections are begun while one is read, four at a time, and none of their cursors is left open', async () => {
  const shop = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index + 10}`, { documents: ORDERS }]));
  let [now, most] = [0, 0];
  const script: Script = async ({ name }) => {
    if (name !== 'find') return undefined;
    most = Math.max(most, ++now);
    await turns(500);
    now--;
    return undefined;
  };
  await using context = await live({ databases: { shop } });
  const { server, source } = context;
  server.deployment.script = script;
  for (const collection of source.collections.slice(0, 20)) assert.equal(await contentOf(collection), WHOLE);
  assert.ok(most > 1 && most <= 4, `${most} at a time`);
  assert.ok(context.requests('find').length <= 24);
  await source.close();
  assert.equal(server.openCursors(), 0);
});
