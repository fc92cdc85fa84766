import type { Operation } from '../../http/index.ts';
import { createOperations, type Dependencies } from './routes.ts';

/** What a caller may read in all organizations: the projects with their clusters. */
export interface ClusterDetails {
  readonly operations: readonly Operation[];
}

export function createClusterDetails(deps: Dependencies): ClusterDetails {
  return { operations: createOperations(deps) };
}
