import { after, before, suite } from 'node:test';
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
});
