import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Clusters } from '../clusters/index.ts';
import type { ExportBuckets } from '../export-buckets/index.ts';
import type { Projects } from '../projects/index.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';
import { createJobHandlers, type TaskDependencies } from './task.ts';

export type { ExportRequest } from './task.ts';

export interface ExportJobsDependencies
  extends
    Omit<ServiceDependencies, 'projects' | 'clusters' | 'exportBuckets'>,
    Pick<TaskDependencies, 'organizations' | 'repository' | 'exportSnapshot'> {
  readonly projects: Pick<Projects, 'requireProject' | 'requireOrganizationOf'>;
  readonly clusters: Pick<Clusters, 'requireCluster' | 'requireClusterById'>;
  readonly exportBuckets: Pick<ExportBuckets, 'requireExportBucket' | 'openStore' | 'onRemoval'>;
}

/** The exports of snapshots to buckets. The snapshot and the bucket of an active export cannot be removed. */
export interface ExportJobs {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
}

export function createExportJobs(deps: ExportJobsDependencies): ExportJobs {
  return { operations: createOperations(createService(deps)), jobHandlers: createJobHandlers(deps) };
}
