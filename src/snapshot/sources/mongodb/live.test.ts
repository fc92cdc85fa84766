import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import {
  findOnly,
  read,
  readAnyDatabase,
  refuse,
  startScriptedMongodb,
  type DeploymentOptions,
  type Script,
  type ScriptedMongodb,
} from '../../../../test/support/scripted-mongodb/index.ts';
import { AppError, codeOf } from '../../../kernel/errors.ts';
import type { SnapshotSource, SourceCollection } from '../contract.ts';
import { runSnapshotSourceConformance, CONFORMANCE_DEPLOYMENT, CONFORMANCE_VIEW } from '../conformance.ts';
import { openMongodbSource, type MongodbSourceOptions } from './index.ts';

const never = new AbortController().signal;
const numbers = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => serialize({ _id: index, text: `number ${index}` }));
const ORDERS = numbers(5000);
const WHOLE = Buffer.concat(ORDERS).toString('hex');
const SHOP = { shop: { orders: { documents: ORDERS } } };
/** Some twenty batches of ORDERS. */
const BATCH_BYTES = 10_000;

async function live(
  options: DeploymentOptions,
  { query = '', ...source }: MongodbSourceOptions & { readonly query?: string } = {},
) {
  const server = await startScriptedMongodb({ databases: SHOP, batchBytes: BATCH_BYTES, ...options });
  const uri = `${server.uri}${server.uri.includes('?') ? '&' : '?'}heartbeatFrequencyMS=500&serverSelectionTimeoutMS=5000${query}`;
  const opened = await openMongodbSource(uri, source).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    server,
    source: opened,
    requests: (name: string) => server.deployment.requests.filter((request) => request.name === name),
    [Symbol.asyncDispose]: async () => {
      await opened.close();
      await server.stop();
    },
  };
}

function collectionOf(source: SnapshotSource, name = 'orders'): SourceCollection {
  return source.collections.find((each) => each.name === name) ?? assert.fail(`no collection ${name}`);
}

async function contentOf(collection: SourceCollection, signal = never): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of collection.documents(signal)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces).toString('hex');
}

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await promise.then(
    () => assert.fail('did not fail'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof AppError, String(thrown));
  return thrown;
}

/** Answers so once, when the command comes for the given time. */
function once(name: string, time: number, answer: ReturnType<Script>): Script {
  let seen = 0;
  return (request) => (request.name === name && ++seen === time ? answer : undefined);
}

runSnapshotSourceConformance({
  name: 'scripted replica set',
  open: async () => {
    const databases = Object.fromEntries(
      Object.entries({
        ...CONFORMANCE_DEPLOYMENT,
        conformance_a: { ...CONFORMANCE_DEPLOYMENT['conformance_a'], view: CONFORMANCE_VIEW },
      }).map(([database, collections]) => [
        database,
        Object.fromEntries(
          Object.entries(collections).map(([name, { documents, ...rest }]) => [
            name,
            { ...rest, documents: documents.map((document) => serialize(document)) },
          ]),
        ),
      ]),
    );
    const { source, ...context } = await live({ topology: 'replicaSet', databases });
    // A getter would be read once by a spread.
    return {
      ...source,
      close: async () => {
        await context[Symbol.asyncDispose]();
      },
    };
  },
});

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

test('read preference, tags and read concern of the connection string hold for every command', async () => {
  await using context = await live(
    { topology: 'replicaSet', tags: [{}, { use: 'app' }, { use: 'backup' }], snapshotReads: 'refused' },
    { query: '&readPreference=secondary&readPreferenceTags=use:backup&readConcernLevel=majority' },
  );
  const { source, server, requests } = context;
  assert.equal(await contentOf(collectionOf(source)), WHOLE);
  const asked = server.deployment.requests.filter(({ name }) => name !== 'endSessions');
  assert.deepEqual([...new Set(asked.map(({ member }) => member))], [2]);
  for (const { name, command } of asked) {
    assert.deepEqual(command['$readPreference'], { mode: 'secondary', tags: [{ use: 'backup' }] }, name);
  }
  assert.deepEqual(requests('find').at(-1).command['readConcern'], { level: 'majority' });
});

test('zlib of the connection string holds, and a compressor that is not there does no harm', async () => {
  await using context = await live({ compressors: ['zlib'] }, { query: '&compressors=zlib' });
  assert.equal(await contentOf(collectionOf(context.source)), WHOLE);
});

for (const [what, answer] of [
  ['RetryableReadError', refuse(1, 'some trouble', ['RetryableReadError'])],
  ...[43, 89, 91, 175, 189, 237, 10107, 11600, 11602, 13435].map(
    (code) => [`code ${code}`, refuse(code, 'trouble')] as const,
  ),
  ['a cut socket', { cut: true } as const],
] as const) {
  test(`${what} in the middle: reading goes on after the last _id`, async () => {
    await using context = await live({ topology: 'replicaSet' }, { query: '&readPreference=primaryPreferred' });
    const { source, server, requests } = context;
    server.deployment.script = once('getMore', 5, answer);
    assert.equal(await contentOf(collectionOf(source)), WHOLE);
    assert.ok(requests('find').at(-1).command['min'] !== undefined);
    assert.equal(server.openCursors(), 0);
  });
}

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

test('refused credentials fail at once, and the password is nowhere', async () => {
  await using server = await startScriptedMongodb({ databases: SHOP });
  const error = await failure(openMongodbSource(server.uri.replace('//', '//user:hunter2222@')));
  assert.deepEqual([error.code, error.transient], ['SOURCE_UNREACHABLE', false]);
  assert.match(error.hint ?? '', /password/);
  assert.doesNotMatch(JSON.stringify([error.message, error.hint, String(error.cause)]), /hunter/);
});

test('a server that is not there is transient, a host that is no name is not', async () => {
  const query = '?serverSelectionTimeoutMS=300';
  const silent = await failure(openMongodbSource(`mongodb://127.0.0.1:1/${query}`));
  assert.deepEqual([silent.code, silent.transient], ['SOURCE_UNREACHABLE', true]);
  const wrong = await failure(openMongodbSource(`mongodb://no-such-host.invalid/${query}`));
  assert.deepEqual([wrong.code, wrong.transient], ['SOURCE_UNREACHABLE', false]);
  assert.match(wrong.message, /no-such-host\.invalid/);
});

test('a server that is too old names the version that is needed, and the way by a dump', async () => {
  await using server = await startScriptedMongodb({ maxWireVersion: 8 });
  const error = await failure(openMongodbSource(`${server.uri}?serverSelectionTimeoutMS=300`));
  assert.deepEqual([error.code, error.transient], ['SOURCE_TOO_OLD', false]);
  assert.match(`${error.message} ${error.hint ?? ''}`, /MongoDB 4\.4.*mongodump/s);
});

test('a server without sessions is read without them', async () => {
  await using context = await live({ sessions: false });
  assert.equal(await contentOf(collectionOf(context.source)), WHOLE);
  assert.ok(context.server.deployment.requests.every(({ command }) => command['lsid'] === undefined));
});

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

test('a member that the operator did not allow is not read', async () => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet', databases: SHOP });
  const { port } = new URL(`http://${server.hosts[0] ?? ''}`);
  const error = await failure(openMongodbSource(server.uri, { isPermittedHost: (host) => !host.endsWith(`:${port}`) }));
  assert.equal(error.code, 'MONGODB_HOST_NOT_PERMITTED');
  assert.deepEqual(
    server.deployment.requests.filter(({ name }) => name === 'find' || name === 'listDatabases'),
    [],
  );
});

for (const [what, uri] of [
  ['@ in the password', 'mongodb://user:hunter@22secret@127.0.0.1/'],
  ['/ in the password', 'mongodb://user:hunter/22secret@127.0.0.1/'],
  ['? in the password', 'mongodb://user:hunter?22secret@127.0.0.1/'],
  ['# in the password', 'mongodb://user:hunter#22secret@127.0.0.1/'],
  [': in the password', 'mongodb://user:hunter:22secret@127.0.0.1/'],
  ['% in the password', 'mongodb://user:hunter%22secret%zz@127.0.0.1/'],
  ['no host', 'mongodb://user:hunter22secret@'],
  ['a password for a host', 'mongodb://user:hunter22secret'],
  ['a file of certificates', 'mongodb://127.0.0.1/?tlsCAFile=/etc/hunter22secret'],
  ['a file of certificates, in other letters', 'mongodb://127.0.0.1/?TLSCertificateKeyFile=/etc/hunter22secret'],
  ['a load balancer', 'mongodb://127.0.0.1/?loadBalanced=true&appName=hunter22secret'],
  ["the machine's own credentials", 'mongodb://127.0.0.1/?authMechanism=MONGODB-AWS&appName=hunter22secret'],
] as const) {
  test(`a connection string with ${what} is refused before anything is looked up, and not repeated`, async () => {
    const error = await failure(openMongodbSource(uri));
    assert.deepEqual([error.code, error.transient], ['INVALID_CONNECTION_STRING', false]);
    assert.doesNotMatch(JSON.stringify([error.message, error.hint ?? '', error.stack]), /hunter|22secret/);
  });
}

test('the next collections are begun while one is read, four at a time, and none of their cursors is left open', async () => {
  const shop = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index + 10}`, { documents: ORDERS }]));
  let [now, most] = [0, 0];
  const script: Script = async ({ name }) => {
    if (name !== 'find') return undefined;
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
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
