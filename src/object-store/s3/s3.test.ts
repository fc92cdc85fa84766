import { after, before, suite } from 'node:test';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startFaultyProxy, type FaultyProxy } from '../../../test/support/faulty-proxy.ts';
import { MOTO_CREDENTIALS, motoFound, startMoto } from '../../../test/support/moto.ts';
import { skipUnless } from '../../../test/support/skip-unless.ts';
import { startVersitygw, VERSITYGW_CREDENTIALS, versitygwFound } from '../../../test/support/versitygw.ts';
import { openObjectStore } from '../all.ts';
import { runObjectStoreConformance } from '../conformance.ts';
import type { S3StoreConfig } from '../contract.ts';

const clock = { now: () => Date.now() };
const retry = { tries: 4, firstPauseMs: 1 };
const region = 'us-east-1';

const SERVERS = [
  { name: 'versitygw', found: versitygwFound(), start: startVersitygw, credentials: VERSITYGW_CREDENTIALS },
  { name: 'moto', found: motoFound(), start: startMoto, credentials: MOTO_CREDENTIALS },
] as const;

for (const { name, found, start, credentials } of SERVERS) {
  suite(`on ${name}`, skipUnless(name, found), () => {
    let server: Awaited<ReturnType<typeof start>>;
    let proxy: FaultyProxy;
    let client: S3Client;
    let buckets = 0;

    before(async () => {
      Object.assign(process.env, credentials);
      server = await start();
      proxy = await startFaultyProxy(server.url);
      client = new S3Client({ endpoint: server.url, region, forcePathStyle: true });
    });
    after(async () => {
      client.destroy();
      await proxy.stop();
      await server.stop();
    });

    for (const checksum of ['sha256', 'md5'] as const) {
      runObjectStoreConformance({
        name: `s3 with ${checksum}`,
        open: async () => {
          const bucket = `bucket-${++buckets}`;
          await client.send(new CreateBucketCommand({ Bucket: bucket }));
          const config: S3StoreConfig = {
            kind: 's3',
            bucket,
            endpoint: proxy.url,
            region,
            asksRegion: false,
            addressing: 'path',
            checksum,
            objects: {},
          };
          const store = await openObjectStore(config, { clock, retry });
          return { store, disturb: proxy.disturb, close: () => Promise.resolve() };
        },
      });
    }
  });
}
