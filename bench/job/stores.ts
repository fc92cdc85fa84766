import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreConfig } from '../../src/object-store/contract.ts';
import { startAzurite } from '../../test/support/azurite.ts';
import { startFakeGcs } from '../../test/support/fake-gcs.ts';
import { startVersitygw, VERSITYGW_CREDENTIALS } from '../../test/support/versitygw.ts';

/** A store that exports are measured on, beside a directory. */
export interface BenchStore {
  /** Makes a new bucket. */
  newBucket(): Promise<StoreConfig>;
  stop(): Promise<void>;
}

/** Starts the server of each kind. The writing programs find the credentials of the server in their environment. */
const STARTERS: Readonly<Record<string, () => Promise<BenchStore>>> = {
  s3: async () => {
    Object.assign(process.env, VERSITYGW_CREDENTIALS);
    const gateway = await startVersitygw();
    let buckets = 0;
    return {
      newBucket: () => {
        const bucket = `bucket-${++buckets}`;
        mkdirSync(join(gateway.directory, bucket));
        return Promise.resolve({
          kind: 's3',
          bucket,
          endpoint: gateway.url,
          region: 'us-east-1',
          asksRegion: false,
          addressing: 'path',
          checksum: 'sha256',
          objects: {},
        });
      },
      stop: () => gateway.stop(),
    };
  },
  azure: async () => {
    const azurite = await startAzurite();
    let containers = 0;
    return {
      newBucket: () => azurite.createContainer(`container-${++containers}`),
      stop: () => azurite.stop(),
    };
  },
  gcs: async () => {
    const server = await startFakeGcs();
    let buckets = 0;
    return {
      newBucket: async () => {
        const bucket = `bucket-${++buckets}`;
        await server.createBucket(bucket);
        return { kind: 'gcs', bucket, endpoint: server.url };
      },
      stop: () => server.stop(),
    };
  },
};

export const STORE_KINDS = Object.keys(STARTERS);

/** @throws Error for a kind without a server. */
export async function startStore(kind: string): Promise<BenchStore> {
  const start = STARTERS[kind];
  if (start === undefined) throw new Error(`--store takes ${STORE_KINDS.join(' or ')}, not ${kind}`);
  return await start();
}
