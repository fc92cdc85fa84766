import type { Operation } from '../../http/index.ts';
import { createOperations } from './routes.ts';

/** The roots of the APIs: what a client learns about itself. */
export interface Root {
  readonly operations: readonly Operation[];
}

/** @param deps.build the version of this program. */
export function createRoot({ build }: { readonly build: string }): Root {
  return { operations: createOperations(build) };
}
