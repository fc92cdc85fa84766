import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectionOf, contentOf, failure, SHOP, WHOLE } from '../../../../test/support/live-source.ts';
import { startScriptedMongodb } from '../../../../test/support/scripted-mongodb/index.ts';
import { openMongodbSource } from './index.ts';

const QUERY = '?replicaSet=rs0&heartbeatFrequencyMS=500&serverSelectionTimeoutMS=1500';

test('members that the operator did not allow get no connection, and the others are read', async () => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet', databases: SHOP });
  const [allowed = ''] = server.hosts;
  const isPermittedHost = (host: string): boolean => host === allowed;
  const opened = await openMongodbSource(`mongodb://${allowed}/${QUERY}`, { isPermittedHost });
  try {
    assert.equal(await contentOf(collectionOf(opened)), WHOLE);
  } finally {
    await opened.close();
  }
  const [toAllowed = 0, ...toOthers] = server.connections();
  assert.ok(toAllowed > 0);
  assert.deepEqual(toOthers, [0, 0]);
});

test('a primary that the operator did not allow is named, and gets no connection', async () => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet', databases: SHOP });
  const [primary = '', secondary = ''] = server.hosts;
  const isPermittedHost = (host: string): boolean => host !== primary;
  const error = await failure(openMongodbSource(`mongodb://${secondary}/${QUERY}`, { isPermittedHost }));
  assert.equal(error.code, 'MONGODB_HOST_NOT_PERMITTED');
  assert.ok(error.message.includes(primary));
  assert.match(error.hint ?? '', /--mongodb-hosts/);
  assert.equal(server.connections()[0], 0);
});

test('a connection string with a member that the operator did not allow makes no connection at all', async () => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet', databases: SHOP });
  const isPermittedHost = (host: string): boolean => host !== server.hosts[2];
  const error = await failure(openMongodbSource(server.uri, { isPermittedHost }));
  assert.deepEqual([error.code, error.transient], ['MONGODB_HOST_NOT_PERMITTED', false]);
  assert.deepEqual(server.connections(), [0, 0, 0]);
});

test('addresses that are none are no members', async () => {
  const hello = { passives: ['127.0.0.1:0', '127.0.0.1:99999', 'not a host', '[::1', 'mongodb.sock', ''] };
  await using server = await startScriptedMongodb({ topology: 'replicaSet', databases: SHOP, hello });
  const opened = await openMongodbSource(`${server.uri}&serverSelectionTimeoutMS=1500`);
  try {
    assert.equal(await contentOf(collectionOf(opened)), WHOLE);
  } finally {
    await opened.close();
  }
});

for (const [field, value] of [
  ['hosts', 'db.example.com:27017'],
  ['hosts', [5]],
  ['arbiters', [null]],
  ['me', 5],
  ['tags', 'none'],
  ['electionId', 5],
  ['topologyVersion', {}],
  ['topologyVersion', { processId: 'x', counter: 1 }],
  ['$clusterTime', 5],
] as const) {
  test(`a server that answers hello with ${field} ${JSON.stringify(value)} is an error of that server alone`, async () => {
    await using server = await startScriptedMongodb({ databases: SHOP, hello: { setName: 'rs0', [field]: value } });
    const error = await failure(openMongodbSource(`${server.uri}${QUERY.replace('1500', '200')}`));
    assert.equal(error.code, 'SOURCE_UNREACHABLE');
    assert.ok(error.message.includes(field), error.message);
  });
}
