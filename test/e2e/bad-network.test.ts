import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { serialize } from 'bson';
import { AppError } from '../../src/kernel/errors.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import type { ObjectStore, StoreConfig } from '../../src/object-store/contract.ts';
import { captureSnapshot } from '../../src/pipelines/capture/index.ts';
import { exportSnapshot } from '../../src/pipelines/export/index.ts';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import { verifyExport } from '../../src/pipelines/verify/index.ts';
import { createSnapshotRepository, type Snapshot } from '../../src/snapshot/repository/index.ts';
import { azuriteFound, startAzurite } from '../support/azurite.ts';
import { fakeGcsFound, startFakeGcs } from '../support/fake-gcs.ts';
import { startFaultyProxy, type FaultyProxy } from '../support/faulty-proxy.ts';
import { memoryStore } from '../support/memory-store.ts';
import { EXPORT_DEFAULTS, SNAPSHOT_ID, sourceOf } from '../support/pipelines.ts';
import { Random } from '../support/random.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { startVersitygw, VERSITYGW_CREDENTIALS, versitygwFound } from '../support/versitygw.ts';

// Exports through a network that drops, delays, cuts, and answers 500 and 503. Chance decides, and a seed repeats it.

const RUNS = 200;
/** More attempts than any seed needs. */
const MOST_ATTEMPTS = 30;

interface Cloud {
  /** The URL of the server. */
  readonly url: string;
  /** The configuration of a bucket that exists, at a URL. */
  readonly bucketAt: (url: string) => StoreConfig;
  stop(): Promise<void>;
}

const CLOUDS: readonly { readonly name: string; readonly found: boolean; readonly start: () => Promise<Cloud> }[] = [
  {
    name: 'versitygw',
    found: versitygwFound(),
    start: async () => {
      Object.assign(process.env, VERSITYGW_CREDENTIALS);
      const gateway = await startVersitygw();
      mkdirSync(join(gateway.directory, 'exports'));
      const common = { kind: 's3', bucket: 'exports', region: 'us-east-1', asksRegion: false, objects: {} } as const;
      const bucketAt = (endpoint: string): StoreConfig => ({
        ...common,
        endpoint,
        addressing: 'path',
        checksum: 'sha256',
      });
      return { url: gateway.url, bucketAt, stop: () => gateway.stop() };
    },
  },
  {
    name: 'azurite',
    found: azuriteFound(),
    start: async () => {
      const azurite = await startAzurite();
      const config = await azurite.createContainer('exports');
      const bucketAt = (url: string): StoreConfig => ({
        ...config,
        serviceUrl: config.serviceUrl.replace(azurite.url, url),
      });
      return { url: azurite.url, bucketAt, stop: () => azurite.stop() };
    },
  },
  {
    name: 'fake-gcs-server',
    found: fakeGcsFound(),
    start: async () => {
      const server = await startFakeGcs();
      await server.createBucket('exports');
      const bucketAt = (endpoint: string): StoreConfig => ({ kind: 'gcs', bucket: 'exports', endpoint });
      return { url: server.url, bucketAt, stop: () => server.stop() };
    },
  },
];

const pool = new BlockPool({ threads: 2 });
after(() => pool.close());

async function takeSnapshot(): Promise<Snapshot> {
  const repository = createSnapshotRepository(memoryStore());
  const documents = Array.from({ length: 300 }, (_, _id) => serialize({ _id, text: 'x'.repeat(_id) }));
  const collections = ['orders', 'products'].map((name) => ({ database: 'shop', name, pieces: () => documents }));
  await captureSnapshot({
    source: sourceOf(collections),
    repository,
    id: SNAPSHOT_ID,
    clusterName: 'cluster',
    startedAt: 0,
    pool,
    signal: EXPORT_DEFAULTS.signal,
  });
  return await repository.openSnapshot(SNAPSHOT_ID);
}

/** The objects of an export by their keys below its prefix, without the dot-files, which may tell the time. */
async function objectsOf(store: ObjectStore, prefix: string): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  for await (const { key } of store.list(`${prefix}/`)) {
    const name = key.slice(prefix.length + 1);
    if (!name.startsWith('.')) objects.set(name, Buffer.from(await store.get(key)).toString('base64'));
  }
  return objects;
}

for (const { name, found, start } of CLOUDS) {
  suite(`exports through a bad network to ${name}`, skipUnless(name, found), () => {
    let cloud: Cloud;
    let proxy: FaultyProxy;
    before(async () => {
      cloud = await start();
      proxy = await startFaultyProxy(cloud.url);
    });
    after(async () => {
      await proxy.stop();
      await cloud.stop();
    });

    test(`${RUNS} exports end with the same objects, and none has a .complete that is not true`, async () => {
      const clock = { now: () => Date.now() };
      const retry = { tries: 3, firstPauseMs: 1 };
      const direct = await openObjectStore(cloud.bucketAt(cloud.url), { clock });
      const through = await openObjectStore(cloud.bucketAt(proxy.url), { clock, retry });
      const snapshot = await takeSnapshot();
      const reference = memoryStore();
      await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store: reference, pool });
      const expected = await objectsOf(reference, EXPORT_DEFAULTS.prefix);
      const problems = async (prefix: string): Promise<readonly string[]> =>
        (await verifyExport({ store: direct, prefix, signal: EXPORT_DEFAULTS.signal })).problems;
      let failures = 0;
      for (let seed = 0; seed < RUNS; seed++) {
        const prefix = `exported_snapshots/run/${seed}`;
        const attempt = async (): Promise<boolean> => {
          try {
            await exportSnapshot({ ...EXPORT_DEFAULTS, prefix, snapshot, store: through, pool });
            return true;
          } catch (thrown) {
            assert.ok(thrown instanceof AppError && thrown.transient && thrown.cause !== undefined, String(thrown));
            return false;
          }
        };
        proxy.misbehave(new Random(seed));
        for (let attempts = 1; !(await attempt()); attempts++) {
          failures++;
          assert.ok(attempts < MOST_ATTEMPTS, `seed ${seed}`);
          // Only the acknowledgement of .complete may be lost. The objects were looked up before it was written.
          if ((await direct.head(`${prefix}/.complete`)) !== undefined) assert.deepEqual(await problems(prefix), []);
        }
        proxy.misbehave(undefined);
        assert.deepEqual(await objectsOf(direct, prefix), expected, `seed ${seed}`);
        assert.deepEqual(await problems(prefix), [], `seed ${seed}`);
      }
      assert.ok(failures > 0, 'some attempts failed');
    });
  });
}
