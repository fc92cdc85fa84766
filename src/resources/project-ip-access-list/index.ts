import type { Operation } from '../../http/index.ts';
import { createOperations } from './routes.ts';
import { createService, type ProjectIpAccessListDependencies } from './service.ts';

/** The IP access lists of projects. */
export interface ProjectIpAccessList {
  readonly operations: readonly Operation[];
}

export function createProjectIpAccessList(deps: ProjectIpAccessListDependencies): ProjectIpAccessList {
  return { operations: createOperations(createService(deps)) };
}
