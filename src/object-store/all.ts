import type { Clock } from '../kernel/clock.ts';
import type { ObjectStore, StoreConfig, StoreKind } from './contract.ts';
import { openLocalStore } from './local/index.ts';

export interface StoreSurroundings {
  readonly clock: Clock;
}

type StoreFactory<Kind extends StoreKind> = (
  config: Extract<StoreConfig, { readonly kind: Kind }>,
  surroundings: StoreSurroundings,
) => Promise<ObjectStore>;

/** Every driver there is: a kind without one does not compile. */
const factories = { local: openLocalStore } satisfies { readonly [Kind in StoreKind]: StoreFactory<Kind> };

/** Opens a bucket. @throws AppError where it cannot be reached. */
export function openObjectStore(config: StoreConfig, surroundings: StoreSurroundings): Promise<ObjectStore> {
  return factories[config.kind](config, surroundings);
}
