import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, RemovalHook, Transaction } from '../../metastore/index.ts';
import type { SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { Cluster } from '../clusters/index.ts';
import type { CompletionHook, FailureHook, RetainingRule, RetentionHook, RetentionRule } from './hooks.ts';
import type { Snapshot } from './model.ts';
import { createContentOperations } from './content-routes.ts';
import { createContentReader, type OpenContent } from './content.ts';
import { snapshotNotCompleted } from './errors.ts';
import { createOperations } from './routes.ts';
import type { Retention } from './retention.ts';
import { createService, type ServiceDependencies, type WantedByPolicy } from './service.ts';
import { hasSnapshots, selectAllSnapshots, selectSnapshot } from './table.ts';
import { createJobHandlers, removeExpired, type TaskDependencies } from './task.ts';

export { FREQUENCY_TYPES, type FrequencyType, type Snapshot } from './model.ts';
export {
  addRetention,
  DEFAULT_RETENTION,
  MAX_RETENTION,
  RETENTION_UNITS,
  type Retention,
  type RetentionUnit,
} from './retention.ts';
export { snapshotNotCompleted, snapshotNotFound } from './errors.ts';
export type { Uploads } from './service.ts';
export type { CaptureRequest } from './task.ts';

export interface SnapshotsDependencies
  extends ServiceDependencies, Pick<TaskDependencies, 'captureSnapshot' | 'lockRemovals' | 'logger'> {
  readonly repository: TaskDependencies['repository'] & Pick<SnapshotRepository, 'collectionNames'>;
  readonly clusters: ServiceDependencies['clusters'] & TaskDependencies['clusters'];
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
  /** Returns the snapshots of a cluster in any status, newest first. */
  snapshotsOf(clusterId: Id): Promise<readonly Snapshot[]>;
  /** Adds a hook that runs before a snapshot is removed. A hook that throws prevents the removal. */
  onRemoval(hook: RemovalHook<Snapshot>): void;
  /** Adds a hook that runs before the retention of a snapshot changes. A hook that throws prevents the change. */
  onRetention(hook: RetentionHook): void;
  /** Adds a hook that runs in the transaction that completes a snapshot. */
  onCompletion(hook: CompletionHook): void;
  /** Adds a hook that runs in the transaction in which a snapshot fails. */
  onFailure(hook: FailureHook): void;
  /** Returns when a snapshot was asked for, in milliseconds since the Unix epoch; undefined if it is gone. */
  requestedAt(snapshotId: Id, within: Database): Promise<number | undefined>;
  /** Adds a rule for the retention of on-demand snapshots. Rules run in their order, each with the result before it. */
  addRetentionRule(rule: RetentionRule): void;
  /** Adds a rule that retains the completed snapshots of removed clusters. One rule that says so is enough. */
  addRetainingRule(rule: RetainingRule): void;
  /** Whether the project has any snapshot. */
  hasSnapshots(groupId: Id, within: Database): Promise<boolean>;
  /**
   * Takes a snapshot that the schedule of the cluster asks for.
   * @returns undefined if an earlier one is not finished: nothing is written then.
   */
  takeScheduled(transaction: Transaction, cluster: Cluster, wanted: WantedByPolicy): Promise<Snapshot | undefined>;
  /**
   * Removes scheduled snapshots of a cluster, or changes their retention.
   * @throws ApiError of a hook, or `CANNOT_DELETE_IN_PROGRESS_SNAPSHOT`.
   */
  reviseScheduled(
    transaction: Transaction,
    clusterId: Id,
    revise: (snapshot: Snapshot) => Retention | 'remove' | undefined,
  ): Promise<void>;
  /** Removes the expired snapshots and their blocks at once. @returns their number. */
  removeExpired(signal: AbortSignal): Promise<number>;
  /** Removes what earlier processes left of archives that were sent. To be called before any is received. */
  removeStrayUploads(): Promise<void>;
}

export function createSnapshots(deps: SnapshotsDependencies): Snapshots {
  const service = createService(deps);
  const taskDeps = { ...deps, service };
  const content = createContentReader(deps.repository);
  const openContent: OpenContent = async (groupId, clusterName, snapshotId) => {
    const { snapshot } = await service.find(groupId, clusterName, snapshotId);
    if (snapshot.status !== 'completed') throw snapshotNotCompleted(snapshotId);
    return await content.collectionsOf(snapshotId);
  };
  return {
    operations: [...createOperations(service), ...createContentOperations(openContent)],
    jobHandlers: createJobHandlers(taskDeps),
    removeExpired: (signal) => removeExpired(taskDeps, signal),
    requireSnapshot: service.requireSnapshot,
    snapshotsOf: (clusterId) => selectAllSnapshots(deps.database, clusterId),
    onRemoval: (hook) => void service.hooks.removal.push(hook),
    onRetention: (hook) => void service.hooks.retention.push(hook),
    onFailure: (hook) => void service.hooks.failure.push(hook),
    requestedAt: async (snapshotId, within) => (await selectSnapshot(within, snapshotId))?.requestedAt,
    onCompletion: (hook) => void service.hooks.completion.push(hook),
    addRetentionRule: (rule) => void service.hooks.retentionRules.push(rule),
    addRetainingRule: (rule) => void service.hooks.retainingRules.push(rule),
    hasSnapshots: async (groupId, within) => await hasSnapshots(within, { groupId }),
    takeScheduled: service.takeScheduled,
    reviseScheduled: service.reviseScheduled,
    removeStrayUploads: service.removeStrayUploads,
  };
}
