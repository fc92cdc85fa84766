import assert from 'node:assert/strict';
import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ObjectId } from 'bson';
import {
  collectionOf,
  contentOf,
  failure,
  live,
  never,
  ORDERS,
  SHOP,
  WHOLE,
} from '../../../../test/support/live-source.ts';
import {
  findOnly,
  read,
  readAnyDatabase,
  startScriptedMongodb,
} from '../../../../test/support/scripted-mongodb/index.ts';
import { openMongodbSource } from './index.ts';

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

for (const [named, offered, used, warning] of [
  ['zlib', ['zlib'], 'zlib', undefined],
  ['zstd', ['zstd'], 'zstd', undefined],
  ['zlib,zstd', ['zstd'], 'zstd', undefined],
  ['zlib', ['zstd'], undefined, undefined],
  ['none', ['zlib'], undefined, undefined],
  ['snappy,zlib', ['zlib'], 'zlib', /snappy is not available.* with zlib\./],
  ['snappy&compressors=zstd', ['zlib', 'zstd'], 'zstd', /snappy is not available.* with zstd\./],
  ['snappy', ['zlib', 'zstd'], undefined, /snappy is not available.* uncompressed; zlib and zstd are available\./],
] as const) {
  test(`compressors=${named} with a server that has ${offered.join()}: replies come ${used ?? 'uncompressed'}`, async () => {
    await using context = await live(
      { topology: 'replicaSet', compressors: offered },
      { query: `&compressors=${named}` },
    );
    const { source, requests } = context;
    assert.equal(await contentOf(collectionOf(source)), WHOLE);
    const compressors = [...requests('find'), ...requests('getMore')].map(({ compressor }) => compressor);
    assert.deepEqual([...new Set(compressors)], [used]);
    assert.match(source.warnings?.join('\n') ?? '', warning ?? /^$/);
  });
}

test('refused credentials fail at once, and the password is nowhere', async () => {
  await using server = await startScriptedMongodb({ databases: SHOP });
  const error = await failure(openMongodbSource(server.uri.replace('//', '//user:hunter2222@')));
  assert.deepEqual([error.code, error.transient], ['SOURCE_UNREACHABLE', false]);
  assert.match(error.hint ?? '', /password/);
  assert.doesNotMatch(JSON.stringify([error.message, error.hint, String(error.cause)]), /hunter/);
});

const USER = 'long@shore/1';
const SPECIAL = 'p@ss:w/o?r#d %=,é';

for (const [query, source] of [
  ['', 'admin'],
  ['?authMechanism=SCRAM-SHA-1', 'admin'],
  ['?authMechanism=SCRAM-SHA-256&authSource=shop', 'shop'],
  ['shop', 'shop'],
  ['?authMechanism=PLAIN&authSource=%24external', '$external'],
] as const) {
  test(`a user with a password of every special character logs in with ${query === '' ? 'nothing else' : query}`, async () => {
    const users = [{ name: USER, password: SPECIAL, source }];
    await using server = await startScriptedMongodb({ topology: 'sharded', members: 2, databases: SHOP, users });
    const user = `${encodeURIComponent(USER)}:${encodeURIComponent(SPECIAL)}`;
    const opened = await openMongodbSource(`${server.uri.replace('//', `//${user}@`)}${query}`);
    try {
      assert.equal(await contentOf(collectionOf(opened)), WHOLE);
    } finally {
      await opened.close();
    }
    const wrong = server.uri.replace('//', `//${encodeURIComponent(USER)}:hunter2222@`);
    const error = await failure(openMongodbSource(`${wrong}${query}`));
    assert.deepEqual([error.code, error.transient], ['SOURCE_UNREACHABLE', false]);
  });
}

test('a server that is not there is transient, a host that is no name is not', async () => {
  const query = '?serverSelectionTimeoutMS=300';
  const silent = await failure(openMongodbSource(`mongodb://127.0.0.1:1/${query}`));
  assert.deepEqual([silent.code, silent.transient], ['SOURCE_UNREACHABLE', true]);
  const wrong = await failure(openMongodbSource(`mongodb://no-such-host.invalid/${query}`));
  assert.deepEqual([wrong.code, wrong.transient], ['SOURCE_UNREACHABLE', false]);
  assert.match(wrong.message, /no-such-host\.invalid/);
  const both = await failure(openMongodbSource(`mongodb://no-such-host.invalid,127.0.0.1:1/${query}&replicaSet=rs0`));
  assert.deepEqual([both.code, both.transient], ['SOURCE_UNREACHABLE', true]);
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

const SRV_HOST = 'live.db.test';

/** Replaces the name servers. They know an SRV record of servers on 127.0.0.1, and a TXT record. @returns the mock of lookups. */
function mockNameServers(t: TestContext, hosts: readonly string[], txt: string) {
  t.mock.method(dns.promises, 'resolve', (name: string, type: string): Promise<unknown> => {
    if (type === 'TXT') return Promise.resolve([[txt]]);
    const records = hosts.map((host, index) => ({ name: `m${index}.db.test`, port: Number(host.split(':')[1]) }));
    return name === `_mongodb._tcp.${SRV_HOST}` ? Promise.resolve(records) : Promise.reject(new Error(name));
  });
  return t.mock.method(dns, 'lookup', (...[, options, done]: Parameters<LookupFunction>): void => {
    if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  });
}

test('a mongodb+srv string is read from the hosts of its record', async (t) => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet', databases: SHOP });
  mockNameServers(t, server.hosts, 'replicaSet=rs0');
  const opened = await openMongodbSource(`mongodb+srv://${SRV_HOST}/?tls=false`);
  try {
    assert.equal(await contentOf(collectionOf(opened)), WHOLE);
    assert.equal(opened.consistency.level, 'pointInTime');
  } finally {
    await opened.close();
  }
});

test('a host of the record that the operator did not allow is not looked up and gets no connection', async (t) => {
  await using server = await startScriptedMongodb({ topology: 'replicaSet', databases: SHOP });
  const lookup = mockNameServers(t, server.hosts, 'replicaSet=rs0');
  const isPermittedHost = (host: string): boolean => !host.startsWith('m2.');
  const error = await failure(openMongodbSource(`mongodb+srv://${SRV_HOST}/?tls=false`, { isPermittedHost }));
  assert.equal(error.code, 'MONGODB_HOST_NOT_PERMITTED');
  assert.match(error.message, /m2\.db\.test/);
  assert.equal(lookup.mock.callCount(), 0);
  assert.deepEqual(server.connections(), [0, 0, 0]);
});

test('a load balancer that only the record tells of is refused, too', async (t) => {
  await using server = await startScriptedMongodb({ databases: SHOP, hello: { serviceId: new ObjectId() } });
  mockNameServers(t, server.hosts, 'loadBalanced=true');
  const error = await failure(openMongodbSource(`mongodb+srv://${SRV_HOST}/?tls=false`));
  assert.deepEqual([error.code, error.transient], ['INVALID_CONNECTION_STRING', false]);
  assert.match(error.message, /load balancer/);
});

test('name servers that do not answer are transient, and a record that is not there is not', async (t) => {
  const code = { value: 'ESERVFAIL' };
  t.mock.method(dns.promises, 'resolve', () => Promise.reject(Object.assign(new Error('query'), { code: code.value })));
  assert.equal((await failure(openMongodbSource(`mongodb+srv://${SRV_HOST}/`))).transient, true);
  code.value = 'ENOTFOUND';
  const error = await failure(openMongodbSource(`mongodb+srv://${SRV_HOST}/`));
  assert.equal(error.transient, false);
  assert.match(error.hint ?? '', /Check the host/);
});

test('the size of what is read is what the server says, and unknown where it does not', async () => {
  const { length: bytes } = Buffer.from(WHOLE, 'hex');
  const databases = { ...SHOP, other: { orders: { documents: ORDERS } }, views: { one: { type: 'view' as const } } };
  for (const [options, query, expected] of [
    [{}, '', 2 * bytes],
    [{ script: readAnyDatabase }, '', 2 * bytes],
    [{ script: read('shop') }, 'shop', bytes],
    [{ script: findOnly('shop', ['orders']) }, 'shop', undefined],
    [{ buildInfo: { ferretdb: { version: 'v1.24.0' } } }, '', undefined],
  ] as const) {
    await using server = await startScriptedMongodb({ databases, ...options });
    const source = await openMongodbSource(server.uri.replace(/\/$/, `/${query}`));
    assert.deepEqual(
      server.deployment.requests.filter(({ name }) => name === 'dbStats'),
      [],
      'only a capture asks',
    );
    assert.equal(await source.estimateBytes?.(never), expected);
    const asked = server.deployment.requests.filter(({ name }) => name === 'dbStats');
    assert.ok(asked.every(({ database }) => database !== 'views'));
    await source.close();
  }
});
