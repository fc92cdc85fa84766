import type { Clock } from '../kernel/clock.ts';
import type { AwsIdentity, ObjectStore, StoreConfig } from './contract.ts';
import { openLocalStore } from './local/index.ts';
import type { RetryPolicy } from '../kernel/retry.ts';

export interface StoreSurroundings {
  readonly clock: Clock;
  /** The retries of failed requests; absent: the default of `kernel/retry.ts`. */
  readonly retry?: RetryPolicy;
  /**
   * Whether to create the bucket in its directory if it is missing. Only the registration of a bucket sets it, because a missing
   * bucket is an error everywhere else. Buckets of a cloud service are never created.
   */
  readonly create?: boolean;
  /**
   * The registration of the bucket. Its `id` is that of the store that was opened when the bucket was registered; undefined: the bucket
   * is older than ids, and gets one. Another bucket under the address is refused. Absent: any bucket is opened.
   */
  readonly registered?: { readonly id: string | undefined };
  /**
   * The `id` of the bucket that was opened under this address before. Opening it looks for nothing. If it is not there any more, a put
   * throws AppError `OBJECT_STORE_GONE` or `OBJECT_STORE_FOREIGN`.
   */
  readonly knownId?: string;
  /** Whether nobody else writes to the bucket: what is unfinished there was left by a killed process, and is removed. */
  readonly isExclusive?: boolean;
}

/** Opens a bucket with the driver of its kind. A kind without a driver is a type error. @throws AppError if opening fails. */
export async function openObjectStore(config: StoreConfig, surroundings: StoreSurroundings): Promise<ObjectStore> {
  switch (config.kind) {
    case 'local':
      return await openLocalStore(config, surroundings);
    case 'azure':
      return await (await import('./azure/index.ts')).openAzureStore(config, surroundings);
    case 'gcs':
      return (await import('./gcs/index.ts')).openGcsStore(config, surroundings);
    case 's3':
      return await (await import('./s3/index.ts')).openS3Store(config, surroundings);
  }
}

/** Asks AWS whose credentials this process has. @param region of the STS that is asked. @throws AppError */
export async function openAwsIdentity(region: string): Promise<AwsIdentity> {
  return await (await import('./s3/role.ts')).openAwsIdentity(region);
}
