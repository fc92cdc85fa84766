import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startScriptedService, type ScriptedService } from '../../../test/support/scripted-service.ts';
import { openObjectStore } from '../all.ts';

// The proxy is an HTTP server that answers every request itself. The store's host exists nowhere.

let proxy: ScriptedService;

before(async () => {
  proxy = await startScriptedService();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'longshore',
    AWS_SECRET_ACCESS_KEY: 'proxied-secret-90ab',
    HTTP_PROXY: proxy.url,
    NO_PROXY: '',
  });
});
after(() => proxy.stop());

for (const [addressing, url] of [
  ['path', 'http://store.invalid/exports/a?x-id=PutObject'],
  ['virtual-host', 'http://exports.store.invalid/a?x-id=PutObject'],
] as const) {
  test(`requests with the bucket in the ${addressing} go through the proxy of the environment`, async () => {
    const store = await openObjectStore(
      {
        kind: 's3',
        bucket: 'exports',
        endpoint: 'http://store.invalid',
        region: 'us-east-1',
        asksRegion: false,
        addressing,
        checksum: 'sha256',
        objects: {},
      },
      { clock: { now: () => 0 }, retry: { tries: 1, firstPauseMs: 1 } },
    );
    proxy.answer({ status: 200 });
    await store.put('a', [Buffer.from('x')]);
    assert.deepEqual(proxy.requests, [`PUT ${url}`]);
  });
}
