import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, RemovalHook, Transaction } from '../../metastore/index.ts';
import type { EarlierReading, SnapshotSource } from '../../snapshot/sources/index.ts';
import type { RestoreTarget } from '../../snapshot/targets/index.ts';
import { createContainerOperations } from './container-routes.ts';
import { createFlexOperations } from './flex-routes.ts';
import type { Cluster } from './model.ts';
import { createConfigurationOperations } from './configuration-routes.ts';
import { createOperations } from './routes.ts';
import {
  createService,
  type BackupsRemoval,
  type ClustersDependencies,
  type CreationHook,
  type SourceHook,
} from './service.ts';

export { backupConfigNotFound } from './errors.ts';
export { receivesRestores, type Cluster, type ClusterSource, type DirectorySource, type LiveSource } from './model.ts';
export { REGISTERING_ROLES } from './service.ts';
export type { ClustersDependencies, OpenSource, OpenSourceOptions, OpenTarget, SourceHook } from './service.ts';

/** The registered deployments, of which snapshots are taken. */
export interface Clusters {
  readonly operations: readonly Operation[];
  /**
   * @param within the transaction of the query; absent: none.
   * @throws ApiError `CLUSTER_NOT_FOUND`
   */
  requireCluster(groupId: Id, name: string, within?: Database): Promise<Cluster>;
  /**
   * Returns a cluster by its id, for jobs.
   * @param within the transaction of the query; absent: none.
   * @throws AppError `CLUSTER_REMOVED`
   */
  requireClusterById(clusterId: Id, within?: Database): Promise<Cluster>;
  /**
   * Opens the source of a cluster. The caller closes it.
   * @param earlier an earlier reading, which the source continues if it can.
   * @throws AppError without a secret in it.
   */
  openClusterSource(clusterId: Id, earlier?: EarlierReading): Promise<SnapshotSource>;
  /** Returns the clusters of several projects, oldest first. */
  listOfProjects(groupIds: readonly Id[]): Promise<readonly Cluster[]>;
  /** Adds a hook that runs in the transaction that registers a cluster. */
  onCreation(hook: CreationHook): void;
  /**
   * Opens what receives a restore to a cluster: its deployment, or the dump of its template. The caller closes it.
   * @throws AppError `CLUSTER_REMOVED`, or without a secret in it.
   */
  openClusterTarget(clusterId: Id): Promise<RestoreTarget>;
  /** Adds a hook that runs in the transaction that gives a cluster another source. */
  onSourceChange(hook: SourceHook): void;
  /** Adds a hook that runs before a cluster is removed. A hook that throws prevents the removal. */
  onRemoval(hook: RemovalHook<Cluster>): void;
  /** Adds what removes the backups of a cluster that is being removed. It may retain some: the cluster stays for them. */
  onRemovalOfBackups(removal: BackupsRemoval): void;
  /**
   * Returns the cluster of a backup, which may be a removed one.
   * @param within the transaction of the query; absent: none.
   * @throws ApiError `CLUSTER_NOT_FOUND`
   */
  requireClusterOfBackups(groupId: Id, name: string, within?: Database): Promise<Cluster>;
  /** Forgets a removed cluster whose last backup is gone. A cluster that is not removed stays. */
  forgetRemoved(transaction: Transaction, clusterId: Id): Promise<void>;
}

export function createClusters(deps: ClustersDependencies): Clusters {
  const service = createService(deps);
  return {
    operations: [
      ...createOperations(service),
      ...createConfigurationOperations(service),
      ...createFlexOperations(service),
      ...createContainerOperations(service),
    ],
    requireCluster: service.requireCluster,
    requireClusterById: service.requireClusterById,
    openClusterSource: service.openClusterSource,
    listOfProjects: service.listOfProjects,
    onCreation: service.onCreation,
    openClusterTarget: service.openClusterTarget,
    onSourceChange: service.onSourceChange,
    onRemoval: service.onRemoval,
    onRemovalOfBackups: service.onRemovalOfBackups,
    requireClusterOfBackups: service.requireClusterOfBackups,
    forgetRemoved: service.forgetRemoved,
  };
}
