import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  collectionOf,
  contentOf,
  failure,
  live,
  never,
  numbers,
  once,
  ORDERS,
  SHOP,
  WHOLE,
} from '../../../../test/support/live-source.ts';
import { refuse, type ScriptedMongodb } from '../../../../test/support/scripted-mongodb/index.ts';
import { codeOf } from '../../../kernel/errors.ts';

function writeOrders(server: ScriptedMongodb): void {
  server.deployment.set('shop', 'orders', { documents: numbers(7) });
}

for (const topology of ['replicaSet', 'sharded'] as const) {
  test(`a ${topology} is read at one cluster time, whatever is written meanwhile`, async () => {
    const databases = { shop: { ...SHOP.shop, other: { documents: ORDERS } } };
    await using context = await live({ topology, databases });
    const { source, server, requests } = context;
    writeOrders(server);
    server.deployment.set('shop', 'other', { documents: numbers(1) });
    server.deployment.script = once('getMore', 4, refuse(43, 'cursor id not found'));
    assert.equal(await contentOf(collectionOf(source)), WHOLE);
    assert.equal(await contentOf(collectionOf(source, 'other')), WHOLE);
    assert.equal(source.consistency.level, 'pointInTime');
    assert.match(source.consistency.reason, /2026-08-10T\d\d:\d\d:\d\dZ \(\d+, \d+\)/);
    const times = requests('find')
      .slice(1)
      .map(({ command }) => JSON.stringify(command['readConcern']));
    assert.equal(new Set(times).size, 1);
    assert.match(times[0] ?? '', /atClusterTime/);
  });
}

test('where the history does not last, capturing fails and says what to raise', async () => {
  await using context = await live({ topology: 'replicaSet', historyWindowSeconds: 60 });
  const { source, server } = context;
  server.deployment.advance(61);
  const error = await failure(contentOf(collectionOf(source)));
  assert.deepEqual([error.code, error.transient], ['SNAPSHOT_HISTORY_ENDED', false]);
  assert.match(`${error.message} ${error.hint ?? ''}`, /minSnapshotHistoryWindowInSeconds, 60 s/);
});

test('where the operator chose so, each collection then has a time of its own, and the snapshot says so', async () => {
  await using context = await live(
    { topology: 'replicaSet', historyWindowSeconds: 60 },
    { whenHistoryEnds: 'fallBack' },
  );
  const { source, server, requests } = context;
  server.deployment.advance(61);
  assert.equal(await contentOf(collectionOf(source)), WHOLE);
  assert.equal(source.consistency.level, 'perCollection');
  assert.match(source.consistency.reason, /shop\.orders/);
  assert.deepEqual(requests('find').at(-1).command['readConcern'], { level: 'snapshot' });
});

test('a collection that was begun begins again at its own time, and one that takes longer even so is called torn', async () => {
  await using context = await live(
    { topology: 'replicaSet', historyWindowSeconds: 60 },
    { whenHistoryEnds: 'fallBack' },
  );
  const { source, server } = context;
  const slowly = async (): Promise<string> => {
    let content = '';
    for await (const piece of collectionOf(source).documents(never)) {
      content += Buffer.from(piece).toString('hex');
      server.deployment.advance(25);
    }
    return content;
  };
  assert.equal((await failure(slowly())).code, 'COLLECTION_INTERRUPTED');
  assert.equal(source.consistency.level, 'perCollection');
  assert.equal(await slowly(), WHOLE);
  assert.equal(source.consistency.level, 'none');
  assert.match(source.consistency.reason, /shop\.orders/);
});

test('a collection that was changed after the cluster time is to be captured again later, and not for want of history', async () => {
  await using context = await live({ topology: 'replicaSet' });
  const { source, server } = context;
  server.deployment.script = once('find', 1, refuse(246, 'pending catalog changes'));
  const error = await failure(contentOf(collectionOf(source)));
  assert.deepEqual([error.code, error.transient], ['SNAPSHOT_HISTORY_ENDED', true]);
  assert.match(error.message, /shop\.orders .* or its indexes were changed/);
});

const TWO = { shop: { ...SHOP.shop, parts: { documents: ORDERS } } };

test('a collection that was begun ahead at the old time begins again, and the level stays', async () => {
  await using context = await live(
    { topology: 'replicaSet', historyWindowSeconds: 60, databases: TWO },
    { whenHistoryEnds: 'fallBack' },
  );
  const { source, server } = context;
  server.deployment.script = once('getMore', 3, refuse(239, 'too old'));
  assert.equal((await failure(contentOf(collectionOf(source)))).code, 'COLLECTION_INTERRUPTED');
  server.deployment.advance(61);
  assert.equal(await contentOf(collectionOf(source)), WHOLE);
  assert.equal((await failure(contentOf(collectionOf(source, 'parts')))).code, 'COLLECTION_INTERRUPTED');
  assert.equal(await contentOf(collectionOf(source, 'parts')), WHOLE);
  assert.equal(source.consistency.level, 'perCollection');
});

test('a collection that was begun at the old time goes on at it after the level changed, and is not read at two times', async () => {
  await using context = await live({ topology: 'replicaSet', databases: TWO }, { whenHistoryEnds: 'fallBack' });
  const { source, server } = context;
  server.deployment.script = once('find', 2, refuse(239, 'too old'));
  const pieces: Uint8Array[] = [];
  for await (const piece of collectionOf(source).documents(never)) {
    pieces.push(Uint8Array.from(piece));
    if (pieces.length === 1) assert.equal(await contentOf(collectionOf(source, 'parts')), WHOLE);
    if (pieces.length === 2) {
      writeOrders(server);
      server.forgetCursors();
    }
  }
  assert.equal(source.consistency.level, 'perCollection');
  assert.equal(Buffer.concat(pieces).toString('hex'), WHOLE);
});

for (const [snapshotReads, reason] of [
  ['ignored', /names no cluster time/],
  ['refused', /refuses to read at one cluster time/],
] as const) {
  test(`a replica set whose snapshot reads are ${snapshotReads} gets the honest label`, async () => {
    await using context = await live({ topology: 'replicaSet', snapshotReads });
    assert.equal(await contentOf(collectionOf(context.source)), WHOLE);
    assert.equal(context.source.consistency.level, 'none');
    assert.match(context.source.consistency.reason, reason);
    assert.equal(context.requests('find').at(-1).command['readConcern'], undefined);
  });
}

test('a server that stops to mind the cluster time is found out', async () => {
  await using context = await live({ topology: 'replicaSet' });
  const { server, source } = context;
  const cursor = { id: 0n, ns: 'shop.orders', firstBatch: [] };
  server.deployment.script = ({ name }) => (name === 'find' ? { reply: { cursor } } : undefined);
  assert.equal(codeOf(await failure(contentOf(collectionOf(source)))), 'INVALID_SERVER_REPLY');
});
