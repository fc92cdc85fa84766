import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startScriptedService, type ScriptedService } from '../../../test/support/scripted-service.ts';
import { openObjectStore } from '../all.ts';
import type { ObjectStore, S3StoreConfig } from '../contract.ts';

// The proxy is an HTTP server that answers every request itself. The store's host exists nowhere.

let proxy: ScriptedService;

before(async () => {
  proxy = await startScriptedService();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'longshore',
    AWS_SECRET_ACCESS_KEY: 'proxied-secret-90ab',
    HTTP_PROXY: proxy.url,
    NO_PROXY: '',
    AWS_ENDPOINT_URL_STS: 'http://sts.invalid',
  });
});
after(() => proxy.stop());

const open = (more: Partial<S3StoreConfig>): Promise<ObjectStore> =>
  openObjectStore(
    {
      kind: 's3',
      bucket: 'exports',
      endpoint: 'http://store.invalid',
      region: 'us-east-1',
      asksRegion: false,
      addressing: 'path',
      checksum: 'sha256',
      objects: {},
      ...more,
    },
    { clock: { now: () => 0 }, retry: { tries: 1, firstPauseMs: 1 } },
  );

for (const [addressing, url] of [
  ['path', 'http://store.invalid/exports/a?x-id=PutObject'],
  ['virtual-host', 'http://exports.store.invalid/a?x-id=PutObject'],
] as const) {
  test(`requests with the bucket in the ${addressing} go through the proxy of the environment`, async () => {
    const store = await open({ addressing });
    proxy.answer({ status: 200 });
    await store.put('a', [Buffer.from('x')]);
    assert.deepEqual(proxy.requests, [`PUT ${url}`]);
  });
}

test('a bucket whose region is configured has that region, and one whose region is asked for has none before', async () => {
  assert.equal((await open({ region: 'eu-north-1' })).region, 'eu-north-1');
  assert.equal((await open({ region: 'eu-north-1', asksRegion: true })).region, undefined);
});

const MINUTE_MS = 60_000;

/** @param lifetime of the credentials in milliseconds. */
const assumed = (lifetime: number): string =>
  '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' +
  '<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>' +
  `<Expiration>${new Date(Date.now() + lifetime).toISOString()}</Expiration>` +
  '</Credentials></AssumeRoleResult></AssumeRoleResponse>';

for (const [what, lifetime, requests] of [
  ['are used again while they last', 60 * MINUTE_MS, /^POST PUT PUT$/],
  ['are renewed before they expire', 4 * MINUTE_MS, / PUT (?:POST )+PUT$/],
] as const) {
  test(`the credentials of a role ${what}`, async () => {
    const role = { arn: 'arn:aws:iam::123456789012:role/exporter', externalId: 'id' };
    const store = await open({ role });
    proxy.answer({ status: 200, body: assumed(lifetime) });
    for (const key of ['a', 'b']) await store.put(key, [Buffer.from('x')]);
    assert.match(proxy.requests.map((request) => request.split(' ')[0]).join(' '), requests);
  });
}

test('a role that is deleted between two objects ends the writing, and the refusal is told as that of the role', async () => {
  const role = { arn: 'arn:aws:iam::123456789012:role/exporter', externalId: 'id' };
  const store = await open({ role });
  proxy.answer({ status: 200, body: assumed(4 * MINUTE_MS) });
  await store.put('a', [Buffer.from('x')]);
  const refusal = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no role</Message></Error></ErrorResponse>';
  proxy.answer({ status: 403, body: refusal });
  const refused = { code: 'OBJECT_STORE_ROLE_REFUSED', transient: false };
  await assert.rejects(store.put('b', [Buffer.from('x')]), refused);
  assert.ok(
    proxy.requests.every((request) => request.startsWith('POST')),
    'no object is sent without credentials',
  );
});
