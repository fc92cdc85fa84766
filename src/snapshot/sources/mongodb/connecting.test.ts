import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectionOf, contentOf, failure, live, SHOP, WHOLE } from '../../../../test/support/live-source.ts';
import { startScriptedMongodb } from '../../../../test/support/scripted-mongodb/index.ts';
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

test('refused credentials fail at and the password is nowhere', async () => {
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
  ['a compressor that there is not', 'mongodb://127.0.0.1/?compressors=zlib,hunter22secret'],
  ["the machine's own credentials", 'mongodb://127.0.0.1/?authMechanism=MONGODB-AWS&appName=hunter22secret'],
] as const) {
  test(`a connection string with ${what} is refused before anything is looked up, and not repeated`, async () => {
    const error = await failure(openMongodbSource(uri));
    assert.deepEqual([error.code, error.transient], ['INVALID_CONNECTION_STRING', false]);
    assert.doesNotMatch(JSON.stringify([error.message, error.hint ?? '', error.stack]), /hunter|22secret/);
  });
}
