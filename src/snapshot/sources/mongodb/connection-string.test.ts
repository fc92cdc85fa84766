import assert from 'node:assert/strict';
import dns from 'node:dns';
import net from 'node:net';
import { test } from 'node:test';
import { failure } from '../../../../test/support/live-source.ts';
import { connectionStringFault, directConnectionString, parseConnectionString } from './connection-string.ts';
import { openMongodbSource } from './index.ts';

const HOST = 'db.example.com';

for (const [what, uri, advice] of [
  ['@ in the password', `mongodb://user:hunter@22secret@${HOST}/`, /percent-encoded/],
  ['/ in the password', `mongodb://user:hunter/22secret@${HOST}/`, /percent-encoded/],
  ['? in the password', `mongodb://user:hunter?22secret@${HOST}/`, /percent-encoded/],
  ['# in the password', `mongodb://user:hunter#22secret@${HOST}/`, /percent-encoded/],
  [': in the password', `mongodb://user:hunter:22secret@${HOST}/`, /percent-encoded/],
  ['% in the password', `mongodb://user:hunter%22secret%zz@${HOST}/`, /percent-encoded/],
  ['[ in the password', `mongodb://user:hunter[22secret@${HOST}/`, /percent-encoded/],
  ['a space in the password', `mongodb://user:hunter 22secret@${HOST}/`, /percent-encoded/],
  ['@ in the password of a record', `mongodb+srv://user:hunter@22secret@${HOST}/`, /percent-encoded/],
  ['no host', 'mongodb://user:hunter22secret@', /percent-encoded/],
  ['a password for a host', 'mongodb://user:hunter22secret', /percent-encoded/],
  ['a file of certificates', `mongodb://${HOST}/?tlsCAFile=/etc/hunter22secret`, /tlsCAFile.*NODE_EXTRA_CA_CERTS/],
  ['a file, in other letters', `mongodb://${HOST}/?TLSCertificateKeyFile=/etc/hunter22secret`, /tlsCertificateKeyFile/],
  ['a load balancer', `mongodb://${HOST}/?loadBalanced=true&appName=hunter22secret`, /name the servers behind it/],
  ['an unknown compressor', `mongodb://${HOST}/?compressors=zlib,hunter22secret`, /zlib and zstd/],
  ['a proxy', `mongodb://${HOST}/?proxyHost=hunter22secret`, /is not taken/],
  ['an option of the driver alone', `mongodb://${HOST}/?mongodbLogPath=hunter22secret`, /is not taken/],
  ['an option that there is not', `mongodb://${HOST}/?hunter22secret=1`, /is not taken/],
  ['properties of a mechanism', `mongodb://${HOST}/?authMechanismProperties=SERVICE_NAME:hunter22secret`, /password/],
  // The driver accepts a part of a mechanism's name, and a regular expression, as the mechanism.
  ...['GSSAPI', 'MONGODB-X509', 'MONGODB-AWS', 'MONGODB-OIDC', 'mongodb-aws', 'AWS', 'X509', 'OIDC', 'MONGODB-O.*'].map(
    (mechanism) =>
      [
        `the mechanism ${mechanism}`,
        `mongodb://${HOST}/?authMechanism=${mechanism}&appName=hunter22secret`,
        /SCRAM-SHA-256.*password.*mongodump/,
      ] as const,
  ),
] as const) {
  test(`a connection string with ${what} is refused before anything is looked up, and not repeated`, async (t) => {
    const lookups = [
      t.mock.method(dns, 'lookup', () => assert.fail('a host was looked up')),
      t.mock.method(dns.promises, 'resolve', () => assert.fail('a record was looked up')),
      t.mock.method(net, 'createConnection', () => assert.fail('a server was asked')),
    ];
    const error = await failure(openMongodbSource(uri));
    assert.deepEqual([error.code, error.transient], ['INVALID_CONNECTION_STRING', false]);
    assert.match(error.message, advice);
    assert.doesNotMatch(JSON.stringify([error.message, error.hint ?? '', error.stack]), /hunter|22secret/);
    assert.deepEqual(
      lookups.map(({ mock }) => mock.callCount()),
      [0, 0, 0],
    );
  });
}

test('what production has in its connection strings is taken', () => {
  for (const query of [
    'replicaSet=rs0&readPreference=secondaryPreferred&readPreferenceTags=use:backup&readPreferenceTags=&w=majority',
    'retryWrites=true&retryReads=true&tls=true&authSource=admin&authMechanism=scram-sha-256&appName=shop',
    'ssl=true&loadBalanced=false&directConnection=false&maxPoolSize=50&socketTimeoutMS=30000&zlibCompressionLevel=3',
  ]) {
    assert.equal(connectionStringFault(`mongodb://user:p%40ss@a.${HOST},b.${HOST}:27018/shop?${query}`), undefined);
  }
});

test('one server of a record is asked with the same credentials, over TLS', () => {
  const parsed = parseConnectionString('mongodb+srv://us%40r:p%2Fss@live.example.com/shop?replicaSet=rs0&w=majority');
  assert.ok(parsed !== undefined);
  assert.equal(
    directConnectionString(parsed, { address: 'm0.example.com:27017', authSource: 'admin' }),
    'mongodb://us%40r:p%2Fss@m0.example.com:27017/shop?w=majority&tls=true&authSource=admin&directConnection=true',
  );
});
