import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  collectionOf,
  contentOf,
  failure,
  live,
  numbers,
  ORDERS,
  SHOP,
  WHOLE,
} from '../../../../test/support/live-source.ts';
import {
  findOnly,
  read,
  readAnyDatabase,
  refuse,
  startScriptedMongodb,
  type DeploymentOptions,
  type Script,
} from '../../../../test/support/scripted-mongodb/index.ts';
import { openMongodbSource } from './index.ts';

const GUARDED = {
  admin: { 'system.users': {} },
  config: { transactions: { documents: numbers(3) } },
  local: { 'oplog.rs': { documents: numbers(3) } },
  shop: {
    ...SHOP.shop,
    open: { type: 'view' as const, options: { viewOn: 'orders', pipeline: [] } },
    measures: { type: 'timeseries' as const, documents: ORDERS },
    'system.js': { documents: numbers(2) },
    'system.profile': { documents: numbers(2) },
  },
};

async function refusedCommands(options: DeploymentOptions & { readonly script: Script }, query = '') {
  const refused: string[] = [];
  const script: Script = async (request) => {
    const answer = await options.script(request);
    if (answer !== undefined)
      refused.push(`${request.database} ${request.name} ${String(request.command[request.name])}`);
    return answer;
  };
  return { refused, ...(await live({ ...options, script }, { query })) };
}

test('readAnyDatabase is enough to register and to read, and nothing more is asked for', async () => {
  await using context = await refusedCommands({
    databases: GUARDED,
    script: readAnyDatabase,
    topology: 'replicaSet',
  });
  const { source } = context;
  for (const collection of source.collections.filter(
    ({ name }) => !name.startsWith('system.') || name === 'system.js',
  )) {
    await contentOf(collection);
  }
  assert.ok(collectionOf(source, 'system.js').indexes.length > 0);
  assert.deepEqual(
    context.refused.filter((each) => !each.startsWith('admin ')),
    [],
  );
  assert.deepEqual(
    source.leftOut.map(({ name }) => name),
    ['admin', 'config', 'local'],
  );
});

test('a user with read on one database, which the path of the connection string names', async () => {
  await using context = await refusedCommands({ databases: GUARDED, script: read('shop') });
  assert.ok(context.refused.includes('admin listDatabases 1'));
  assert.equal(await contentOf(collectionOf(context.source)), WHOLE);
  assert.deepEqual([...new Set(context.source.collections.map(({ database }) => database))], ['shop']);
});

test('a user who may only find in some collections: they are taken, and what is not known of them is said', async () => {
  await using context = await refusedCommands({ databases: SHOP, script: findOnly('shop', ['orders']) });
  assert.equal(await contentOf(collectionOf(context.source)), WHOLE);
  assert.deepEqual(context.source.leftOut, [
    { name: 'shop.orders: options and indexes', reason: 'the user may not list them' },
  ]);
});

test('a database that may not be listed is an error that says what to grant', async () => {
  const script: Script = ({ name }) => (name === 'listCollections' ? refuse(13, 'not authorized') : undefined);
  const error = await failure(live({ script }));
  assert.equal(error.transient, false);
  assert.match(error.hint ?? '', /readAnyDatabase/);
});

test('a database in the path is the only one that is taken', async () => {
  await using server = await startScriptedMongodb({ databases: { ...SHOP, stock: { items: {} } } });
  const source = await openMongodbSource(`${server.uri}stock`);
  await source.close();
  assert.deepEqual(
    source.collections.map(({ database, name }) => `${database}.${name}`),
    ['stock.items'],
  );
});

test('three hundred collections are listed beside each other', async () => {
  const shop = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`c${index}`, {}]));
  let [now, most] = [0, 0];
  const script: Script = async ({ name }) => {
    if (name !== 'listIndexes') return undefined;
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return undefined;
  };
  await using context = await live({ databases: { shop }, script });
  assert.equal(context.source.collections.length, 300);
  assert.ok(most >= 8 && most <= 16, `${most} at a time`);
});
