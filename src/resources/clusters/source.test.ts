import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { faultOf, publicConnectionStrings, withoutSecrets } from './source.ts';

const at = (uri: string) => ({ kind: 'mongodb', uri }) as const;

test('connection strings are shown without credentials and without options that may hold secrets', () => {
  const uri =
    'mongodb://user:p%40ss@a.example:27017,b.example:27018/admin?replicaSet=rs0&tls=true&tlsCertificateKeyFilePassword=hush&authMechanismProperties=AWS_SESSION_TOKEN:tok';
  assert.deepEqual(publicConnectionStrings(at(uri)), {
    standard: 'mongodb://a.example:27017,b.example:27018/?replicaSet=rs0&tls=true',
  });
  assert.deepEqual(publicConnectionStrings(at('mongodb+srv://user:pass@cluster.example/?retryWrites=true')), {
    standardSrv: 'mongodb+srv://cluster.example',
  });
  assert.deepEqual(publicConnectionStrings(at('mongodb://localhost')), { standard: 'mongodb://localhost/' });
  assert.deepEqual(publicConnectionStrings({ kind: 'mongodump', directory: '/dump' }), {});
});

test('impossible sources are refused without being repeated', () => {
  for (const uri of [
    '',
    'localhost',
    'http://x',
    'mongodb://',
    'mongodb://u:p@ss@host',
    'mongodb://h ost',
    `mongodb://${'a'.repeat(5000)}`,
  ]) {
    const fault = faultOf(at(uri));
    assert.ok(fault !== undefined && !fault.includes('p@ss'), uri);
  }
  for (const directory of ['', 'dump', './dump', '../dump', '/du\0mp', `/${'a'.repeat(5000)}`]) {
    assert.ok(faultOf({ kind: 'mongodump', directory }) !== undefined, directory);
  }
  assert.equal(faultOf({ kind: 'mongodump', directory: '/var/dump' }), undefined);
  assert.equal(faultOf(at('mongodb://u:p%40ss@[::1]:27017/db?tls=true')), undefined);
});

test('no form of the password survives in a text, whatever is around it', () => {
  const password = fc.stringMatching(/^[a-zA-Z0-9!@:/?#%]{8,20}$/);
  fc.assert(
    fc.property(password, fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(!before.includes(secret) && !after.includes(secret) && !'[redacted]'.includes(secret));
      const source = at(`mongodb://user:${encodeURIComponent(secret)}@host/`);
      const result = withoutSecrets(`${before} ${source.uri} ${secret} ${encodeURIComponent(secret)} ${after}`, source);
      assert.ok(!result.includes(secret) && !result.includes(encodeURIComponent(secret)), result);
    }),
  );
});
