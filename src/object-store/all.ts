import type { Clock } from '../kernel/clock.ts';
import type { ObjectStore, StoreConfig } from './contract.ts';
import { openLocalStore } from './local/index.ts';
import type { RetryPolicy } from './retry.ts';

export interface StoreSurroundings {
  readonly clock: Clock;
  /** How patient the driver is with requests that fail; as `retry.ts` says when absent. */
  readonly retry?: RetryPolicy;
  /**
   * Whether a directory that is no bucket yet is made one. Only who registers a bucket says so: a bucket that has gone is an error
   * for everyone else. A service's bucket is never made.
   */
  readonly create?: boolean;
}

/** Opens a bucket with the driver of its kind: a kind without one does not compile. @throws AppError where it cannot be reached. */
export function openObjectStore(config: StoreConfig, surroundings: StoreSurroundings): Promise<ObjectStore> {
  switch (config.kind) {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- so only while there is one kind
    case 'local':
      return openLocalStore(config, surroundings);
  }
}
