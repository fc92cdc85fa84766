import type { Operation } from '../../http/index.ts';
import { createOperations } from './routes.ts';

/** The rate limits of the API, as clients ask for them. */
export interface RateLimits {
  readonly operations: readonly Operation[];
}

/** @param limited the operations of all other slices. */
export function createRateLimits(limited: readonly Operation[]): RateLimits {
  return { operations: createOperations(limited) };
}
