import type { Operation } from '../../http/index.ts';
import { createOperations, type Reach } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';

/** The private endpoints that projects ask for, so that exports reach their buckets without the internet. */
export interface BackupPrivateEndpoints {
  readonly operations: readonly Operation[];
}

export function createBackupPrivateEndpoints(deps: ServiceDependencies & Reach): BackupPrivateEndpoints {
  return { operations: createOperations(createService(deps), deps) };
}
