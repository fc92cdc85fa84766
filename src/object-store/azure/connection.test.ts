import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AZURITE_ACCOUNT } from '../../../test/support/azurite.ts';
import { startScriptedService, type ScriptedService } from '../../../test/support/scripted-service.ts';
import { openObjectStore } from '../all.ts';

// The proxy is an HTTP server that answers every request itself. The account's host exists nowhere.

let proxy: ScriptedService;

before(async () => {
  proxy = await startScriptedService();
  Object.assign(process.env, { HTTP_PROXY: proxy.url, HTTPS_PROXY: '', NO_PROXY: '' });
});
after(() => proxy.stop());

for (const privateAddresses of [true, false]) {
  test(`requests go through the proxy of the environment, ${privateAddresses ? 'without' : 'with'} a check of addresses`, async () => {
    const store = await openObjectStore(
      {
        kind: 'azure',
        serviceUrl: 'http://account.invalid',
        container: 'exports',
        accountKey: AZURITE_ACCOUNT,
        privateAddresses,
      },
      { clock: { now: () => 0 }, retry: { tries: 1, firstPauseMs: 1 } },
    );
    proxy.answer({ status: 201, headers: { etag: '"1"' } });
    await store.put('a b', [Buffer.from('x')]);
    assert.deepEqual(proxy.requests, ['PUT http://account.invalid/exports/a%20b']);
  });
}
