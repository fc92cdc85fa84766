import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { fakeGcsFound, startFakeGcs, type FakeGcs } from '../../../test/support/fake-gcs.ts';
import { startFaultyProxy, type FaultyProxy } from '../../../test/support/faulty-proxy.ts';
import { skipUnless } from '../../../test/support/skip-unless.ts';
import { openObjectStore } from '../all.ts';
import { runObjectStoreConformance } from '../conformance.ts';

const clock = { now: () => Date.now() };
const retry = { tries: 4, firstPauseMs: 1 };

suite('on fake-gcs-server', skipUnless('fake-gcs-server', fakeGcsFound()), () => {
  let server: FakeGcs;
  let proxy: FaultyProxy;
  let buckets = 0;

  before(async () => {
    server = await startFakeGcs();
    proxy = await startFaultyProxy(server.url);
  });
  after(async () => {
    await proxy.stop();
    await server.stop();
  });

  runObjectStoreConformance({
    name: 'gcs',
    open: async () => {
      const bucket = `bucket-${++buckets}`;
      await server.createBucket(bucket);
      const store = await openObjectStore({ kind: 'gcs', bucket, endpoint: proxy.url }, { clock, retry });
      return { store, disturb: proxy.disturb, close: () => Promise.resolve() };
    },
  });

  test('an object whose content was replaced under its metadata is read, and found different', async () => {
    const bucket = `bucket-${++buckets}`;
    await server.createBucket(bucket);
    const store = await openObjectStore({ kind: 'gcs', bucket, endpoint: server.url }, { clock, retry });
    const acknowledged = await store.put('object', [Buffer.from('ours')]);
    const objects = `${server.url}/storage/v1/b/${bucket}/o`;
    const { metadata } = (await (await fetch(`${objects}/object`)).json()) as { readonly metadata: unknown };
    const part = (type: string, text: string) => `--part\r\ncontent-type: ${type}\r\n\r\n${text}\r\n`;
    const attributes = part('application/json', JSON.stringify({ name: 'object', metadata }));
    const upload = `${server.url}/upload/storage/v1/b/${bucket}/o?uploadType=multipart`;
    for (const [content, expected] of [
      ['else', 'different'],
      ['ours', 'same'],
    ] as const) {
      const body = `${attributes}${part('application/octet-stream', content)}--part--`;
      await fetch(upload, { method: 'POST', headers: { 'content-type': 'multipart/related; boundary=part' }, body });
      assert.equal(await store.compare('object', acknowledged), expected);
    }
  });
});
