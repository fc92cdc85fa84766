import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { serialize } from 'bson';
import { MongoClient, MongoServerError, Timestamp, type Document } from 'mongodb';
import { findOnly, readAnyDatabase, refuse, startScriptedMongodb, type DeploymentOptions } from './index.ts';

const numbers = (count: number): Uint8Array[] => Array.from({ length: count }, (_, index) => serialize({ _id: index }));

async function running(options: DeploymentOptions, uriOptions = '') {
  const server = await startScriptedMongodb(options);
  const separator = server.uri.includes('?') ? '&' : '?';
  const client = await MongoClient.connect(`${server.uri}${uriOptions === '' ? '' : `${separator}${uriOptions}`}`, {
    serverSelectionTimeoutMS: 5000,
    heartbeatFrequencyMS: 500,
  });
  return {
    server,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.stop();
    },
  };
}

async function refusal(promise: Promise<unknown>): Promise<number | string | undefined> {
  const thrown: unknown = await promise.then(
    () => assert.fail('was not refused'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof MongoServerError, String(thrown));
  return thrown.code;
}

test('the driver reads a collection of several batches from a standalone server', async () => {
  await using context = await running({
    databases: { shop: { orders: { documents: numbers(5000) } } },
    batchBytes: 4096,
  });
  const { client, server } = context;
  const found = await client.db('shop').collection('orders').find().toArray();
  assert.equal(found.length, 5000);
  assert.equal(server.openCursors(), 0);
  assert.ok(server.deployment.requests.filter(({ name }) => name === 'getMore').length > 10);
});

test('a read preference and its tags go to the member that has them', async () => {
  await using context = await running(
    {
      topology: 'replicaSet',
      tags: [{}, { use: 'backup' }, { use: 'app' }],
      databases: { shop: { orders: { documents: numbers(3) } } },
    },
    'readPreference=secondary&readPreferenceTags=use:backup',
  );
  const { client, server } = context;
  assert.equal((await client.db('shop').collection('orders').find().toArray()).length, 3);
  const find = server.deployment.requests.find(({ name }) => name === 'find');
  assert.equal(find?.member, 1);
  assert.deepEqual(find.command['$readPreference'], { mode: 'secondary', tags: [{ use: 'backup' }] });
});

test('a primary that steps down makes room for another one', async () => {
  await using context = await running({
    topology: 'replicaSet',
    databases: { shop: { orders: { documents: numbers(3) } } },
  });
  const { client, server } = context;
  server.elect(2);
  assert.equal((await client.db('shop').collection('orders').find().toArray()).length, 3);
  assert.equal(server.deployment.requests.findLast(({ name }) => name === 'find')?.member, 2);
});

test('a cursor lives on one mongos only', async () => {
  await using context = await running({
    topology: 'sharded',
    members: 2,
    databases: { shop: { orders: { documents: numbers(10) } } },
  });
  const [first, second] = context.server.hosts.map(
    (host) => new MongoClient(`mongodb://${host}/?directConnection=true`),
  );
  assert.ok(first !== undefined && second !== undefined);
  try {
    const reply: Document = await first.db('shop').command({ find: 'orders', batchSize: 2 });
    const id: unknown = (reply['cursor'] as Document)['id'];
    assert.equal(await refusal(second.db('shop').command({ getMore: id, collection: 'orders' })), 43);
    assert.equal(context.server.openCursors(), 1);
  } finally {
    await first.close();
    await second.close();
  }
});

test('a snapshot read shows the past until the history window is over', async () => {
  await using context = await running({
    topology: 'replicaSet',
    databases: { shop: { orders: { documents: numbers(3) } } },
    historyWindowSeconds: 60,
  });
  const { client, server } = context;
  const db = client.db('shop');
  const first: Document = await db.command({ find: 'orders', readConcern: { level: 'snapshot' } });
  const atClusterTime: unknown = (first['cursor'] as Document)['atClusterTime'];
  assert.ok(atClusterTime instanceof Timestamp);
  server.deployment.set('shop', 'orders', undefined);
  const again: Document = await db.command({ find: 'orders', readConcern: { level: 'snapshot', atClusterTime } });
  assert.equal(((again['cursor'] as Document)['firstBatch'] as unknown[]).length, 3);
  assert.equal((await db.collection('orders').find().toArray()).length, 0);
  server.deployment.advance(61);
  const late = db.command({ find: 'orders', readConcern: { level: 'snapshot', atClusterTime } });
  assert.equal(await refusal(late), 239);
});

test('min and max read a range of _ids across types, in their order', async () => {
  const documents = ['b', 7, 3, 'a', new Date(0)].map((_id) => serialize({ _id }));
  await using context = await running({ databases: { shop: { orders: { documents } } } });
  const orders = context.client.db('shop').collection('orders');
  const found = await orders
    .find({}, { hint: { _id: 1 } })
    .min({ _id: 7 })
    .max({ _id: new Date(0) })
    .toArray();
  assert.deepEqual(
    found.map(({ _id }) => _id),
    [7, 'a', 'b'],
  );
});

test('commands are refused by role, by script, and to those who are not known', async () => {
  const databases = {
    shop: { orders: { documents: numbers(3) }, open: { type: 'view' } },
    local: { oplog: {} },
  } as const;
  await using context = await running({ databases, script: readAnyDatabase });
  const { client, server } = context;
  const shop = client.db('shop');
  assert.deepEqual(
    (await shop.listCollections().toArray()).map(({ name }) => name),
    ['orders', 'open', 'system.views'],
  );
  assert.equal(await refusal(shop.command({ listIndexes: 'system.views' })), 13);
  assert.equal(await refusal(client.db('local').command({ find: 'oplog' })), 13);
  server.deployment.script = findOnly('shop', ['orders']);
  assert.equal(await refusal(shop.command({ listCollections: 1 })), 13);
  await shop.command({ listCollections: 1, nameOnly: true, authorizedCollections: true });
  server.deployment.script = () => refuse(91, 'shutdown in progress', ['RetryableReadError']);
  assert.equal(await refusal(shop.command({ ping: 1 })), 91);
  server.deployment.script = () => undefined;
  const uri = server.uri.replace('mongodb://', 'mongodb://user:secret@');
  assert.equal(await refusal(MongoClient.connect(uri)), 18);
});

test('a cut connection is a network error, and the next one is served', async () => {
  await using context = await running({ databases: { shop: { orders: { documents: numbers(3) } } } });
  const { client, server } = context;
  server.deployment.script = ({ name }) => (name === 'count' ? { cut: true } : undefined);
  await assert.rejects(client.db('shop').command({ count: 'orders' }), { name: 'MongoNetworkError' });
  assert.equal((await client.db('shop').collection('orders').find().toArray()).length, 3);
});

for (const compressor of ['zlib', 'zstd'] as const) {
  test(`${compressor} is spoken where both want it`, async () => {
    const databases = { shop: { orders: { documents: numbers(300) } } };
    await using context = await running({ databases, compressors: [compressor] }, `compressors=${compressor}`);
    await using plain = await running({ databases }, `compressors=${compressor}`);
    for (const [{ client, server }, used] of [
      [context, compressor],
      [plain, undefined],
    ] as const) {
      assert.equal((await client.db('shop').collection('orders').find().toArray()).length, 300);
      assert.equal(server.deployment.requests.find(({ name }) => name === 'find')?.compressor, used);
    }
  });
}

test('a compressor that was not agreed on, and what is no message at all, end the connection and not the server', async () => {
  await using context = await running({ databases: { shop: { orders: { documents: numbers(3) } } } });
  const { client, server } = context;
  const port = Number(server.hosts[0]?.split(':')[1]);
  const compressed = (compressor: number): Buffer => {
    const message = Buffer.alloc(26);
    for (const [index, value] of [26, 1, 0, 2012, 2013, 1].entries()) message.writeInt32LE(value, 4 * index);
    message[24] = compressor;
    return message;
  };
  for (const bytes of [compressed(1), compressed(2), compressed(99), Buffer.alloc(64)]) {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    await once(socket, 'close');
  }
  assert.equal((await client.db('shop').collection('orders').find().toArray()).length, 3);
});

test('the hello shows a server that is too old, and one without sessions', async () => {
  await using server = await startScriptedMongodb({ maxWireVersion: 6 });
  await assert.rejects(MongoClient.connect(server.uri, { serverSelectionTimeoutMS: 500 }), /wire version/);
  await using context = await running({
    sessions: false,
    databases: { shop: { orders: { documents: numbers(300) } } },
  });
  assert.equal((await context.client.db('shop').collection('orders').find().toArray()).length, 300);
  assert.ok(context.server.deployment.requests.every(({ command }) => command['lsid'] === undefined));
});
