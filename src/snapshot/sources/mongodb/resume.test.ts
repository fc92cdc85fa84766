import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import {
  BATCH_BYTES,
  collectionOf,
  contentOf,
  failure,
  never,
  numbers,
  once,
  ORDERS,
  SHOP,
  WHOLE,
} from '../../../../test/support/live-source.ts';
import {
  refuse,
  startScriptedMongodb,
  type DeploymentOptions,
} from '../../../../test/support/scripted-mongodb/index.ts';
import { openMongodbSource, type MongodbSourceOptions } from './index.ts';

/** The number of documents that the earlier reading stored. */
const STORED = 3000;
const AFTER = Buffer.from(serialize({ _id: STORED - 1 })).subarray(4, -1);
const REST = Buffer.concat(ORDERS.slice(STORED)).toString('hex');

/** A deployment, and a source that continues an earlier reading of it. */
async function resumed(
  options: DeploymentOptions,
  meanwhile: (server: Awaited<ReturnType<typeof startScriptedMongodb>>) => void = () => undefined,
  choices: MongodbSourceOptions = {},
) {
  const server = await startScriptedMongodb({ databases: SHOP, batchBytes: BATCH_BYTES, ...options });
  const first = await openMongodbSource(server.uri, choices);
  const { place = '', collections, leftOut, consistency } = first;
  await first.close();
  server.deployment.requests.length = 0;
  meanwhile(server);
  const source = await openMongodbSource(server.uri, { ...choices, earlier: { place, collections, leftOut } });
  return {
    server,
    source,
    /** The consistency of the earlier reading. */
    consistency,
    rest: () => contentOf(collectionOf(source), never, AFTER),
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await server.stop();
    },
  };
}

for (const topology of ['replicaSet', 'sharded'] as const) {
  test(`a ${topology} is read on at the cluster time of the earlier reading, behind its last document`, async () => {
    await using context = await resumed({ topology, members: 2 }, ({ deployment }) =>
      deployment.set('shop', 'orders', { documents: numbers(7) }),
    );
    const { source, server, rest, consistency } = context;
    assert.equal(source.isResumed, true);
    assert.equal(await rest(), REST);
    assert.equal(await contentOf(collectionOf(source)), WHOLE);
    assert.deepEqual(source.consistency, consistency);
    assert.deepEqual(
      server.deployment.requests.filter(({ name }) => name === 'listDatabases'),
      [],
    );
  });
}

test('the reading of another deployment is not gone on with, and that of another user or order of hosts is', async () => {
  const users = ['one', 'two'].map((name) => ({ name, password: 'password' }));
  const options = { topology: 'replicaSet', databases: SHOP, batchBytes: BATCH_BYTES, users } as const;
  await using server = await startScriptedMongodb({ ...options, members: 2 });
  await using other = await startScriptedMongodb(options);
  const uriOf = (hosts: readonly string[], path = '') =>
    `mongodb://one:password@${hosts.join()}/${path}?replicaSet=rs0&authSource=admin`;
  const first = await openMongodbSource(uriOf(server.hosts));
  const { place = '', collections, leftOut } = first;
  await first.close();
  const isResumed = async (uri: string, text = place): Promise<boolean | undefined> => {
    const source = await openMongodbSource(uri, { earlier: { place: text, collections, leftOut } });
    await source.close();
    return source.isResumed;
  };
  assert.equal(await isResumed(uriOf(server.hosts.toReversed()).replace('one:', 'two:')), true);
  assert.equal(await isResumed(uriOf(other.hosts)), false);
  assert.equal(await isResumed(uriOf(server.hosts, 'shop')), false, 'one database of them');
  const ofEarlierVersion = JSON.stringify({ ...(JSON.parse(place) as object), deployment: undefined });
  assert.equal(await isResumed(uriOf(server.hosts), ofEarlierVersion), false);
});

test('a collection that was dropped since is named, although the deployment no longer lists it', async () => {
  await using context = await resumed({}, ({ deployment }) => deployment.set('shop', 'orders', undefined));
  assert.equal((await failure(context.rest())).code, 'COLLECTION_DROPPED');
  assert.deepEqual(context.source.leftOut, [{ name: 'shop.orders', reason: 'it was dropped while it was captured' }]);
});

test('where the cluster time is over, reading begins at a new one, or falls back as the operator chose', async () => {
  for (const whenHistoryEnds of ['fail', 'fallBack'] as const) {
    const choices = { whenHistoryEnds };
    await using context = await resumed(
      { topology: 'replicaSet' },
      ({ deployment }) => deployment.advance(400),
      choices,
    );
    const { source, rest, consistency } = context;
    assert.equal(source.isResumed, whenHistoryEnds === 'fallBack');
    if (whenHistoryEnds === 'fallBack') assert.equal((await failure(rest())).code, 'COLLECTION_INTERRUPTED');
    assert.equal(await contentOf(collectionOf(source)), WHOLE);
    assert.equal(source.consistency.level, whenHistoryEnds === 'fail' ? 'pointInTime' : 'perCollection');
    assert.notEqual(source.consistency.reason, consistency.reason);
  }
});

test('a history that ends while an earlier reading is gone on with is transient, because the next attempt takes a new time', async () => {
  await using context = await resumed({ topology: 'replicaSet' });
  context.server.deployment.script = once('getMore', 2, refuse(239, 'too old'));
  const error = await failure(context.rest());
  assert.deepEqual([error.code, error.transient], ['SNAPSHOT_HISTORY_ENDED', true]);
});

test('a collection that was begun at a time of its own is gone on with at that one', async () => {
  const databases = { shop: { ...SHOP.shop, parts: { documents: ORDERS } } };
  await using server = await startScriptedMongodb({ topology: 'replicaSet', databases, batchBytes: BATCH_BYTES });
  const first = await openMongodbSource(server.uri, { whenHistoryEnds: 'fallBack' });
  server.deployment.advance(400);
  assert.equal(await contentOf(collectionOf(first)), WHOLE);
  const { place = '', collections, leftOut } = first;
  await first.close();
  server.deployment.set('shop', 'orders', { documents: numbers(7) });
  const earlier = { place, collections, leftOut };
  const second = await openMongodbSource(server.uri, { whenHistoryEnds: 'fallBack', earlier });
  try {
    assert.equal(await contentOf(collectionOf(second), never, AFTER), REST);
    assert.equal(second.consistency.level, 'perCollection');
  } finally {
    await second.close();
  }
});

test('a collection without the order of _id cannot be gone on with', async () => {
  const databases = { shop: { orders: { documents: ORDERS, options: { capped: true } } } };
  await using context = await resumed({ databases });
  assert.equal(collectionOf(context.source).isInOrder, false);
  assert.equal((await failure(context.rest())).code, 'COLLECTION_INTERRUPTED');
  for await (const piece of collectionOf(context.source).documents(never)) assert.ok(piece.length > 0);
});

test('a server that knows no order is found out, and what was read of it is not gone on with', async () => {
  await using context = await resumed({});
  assert.equal(collectionOf(context.source).isInOrder, true);
  context.server.deployment.script = ({ command }) => ('hint' in command ? refuse(2, 'no hint') : undefined);
  assert.equal(await contentOf(collectionOf(context.source)), WHOLE);
  assert.equal(collectionOf(context.source).isInOrder, false);
});
