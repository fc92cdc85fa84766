import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, RemovalHook } from '../../metastore/index.ts';
import type { Cluster, Clusters } from '../clusters/index.ts';
import type { Snapshot } from './model.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceDependencies } from './service.ts';
import { createJobHandlers, type TaskDependencies } from './task.ts';

export type { Snapshot } from './model.ts';
export type { Uploads } from './service.ts';
export type { CaptureRequest } from './task.ts';

export interface SnapshotsDependencies
  extends ServiceDependencies, Pick<TaskDependencies, 'captureSnapshot' | 'repository' | 'logger'> {
  readonly clusters: Pick<Clusters, 'requireCluster' | 'requireClusterById' | 'openClusterSource' | 'onRemoval'>;
}

/** The snapshots of clusters. */
export interface Snapshots {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
  /**
   * @param within the transaction of the query; absent: none.
   * @throws ApiError `SNAPSHOT_NOT_FOUND` if the cluster does not have the snapshot.
   */
  requireSnapshot(cluster: Cluster, snapshotId: Id, within?: Database): Promise<Snapshot>;
  /** Adds a hook that runs before a snapshot is removed. A hook that throws prevents the removal. */
  onRemoval(hook: RemovalHook<Snapshot>): void;
  /** Removes what earlier processes left of archives that were sent. To be called before any is received. */
  removeStrayUploads(): Promise<void>;
}

export function createSnapshots(deps: SnapshotsDependencies): Snapshots {
  const service = createService(deps);
  return {
    operations: createOperations(service, deps.clusters),
    jobHandlers: createJobHandlers({ ...deps, service }),
    requireSnapshot: service.requireSnapshot,
    onRemoval: service.onRemoval,
    removeStrayUploads: service.removeStrayUploads,
  };
}
