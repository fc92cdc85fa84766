import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { Cluster } from '../clusters/index.ts';
import type { ExportBuckets } from '../export-buckets/index.ts';
import type { Projects } from '../projects/index.ts';
import type { Snapshot } from '../snapshots/index.ts';
import type { EndHook } from './hooks.ts';
import type { CustomData, ExportJob } from './model.ts';
import { createWrittenObjects } from './objects-in-bucket.ts';
import { ownersOf } from './owners.ts';
import { createOperations } from './routes.ts';
import { createService, type PrefixRule, type ServiceDependencies } from './service.ts';
import { selectGroupIdOf, selectJob, selectNewestSuccessful } from './table.ts';
import { createJobHandlers, type TaskDependencies } from './task.ts';

export type { ExportJob } from './model.ts';
export type { ExportRequest } from './task.ts';

export interface ExportJobsDependencies
  extends
    Omit<ServiceDependencies, 'projects' | 'clusters' | 'exportBuckets' | 'objects'>,
    Pick<TaskDependencies, 'organizations' | 'repository' | 'exportSnapshot'> {
  readonly projects: Pick<Projects, 'requireProject' | 'listNames'>;
  readonly clusters: ServiceDependencies['clusters'] & TaskDependencies['clusters'];
  readonly exportBuckets: Pick<ExportBuckets, 'requireExportBucket' | 'openStore' | 'onRemoval' | 'onUsable'>;
}

/** The exports of snapshots to buckets. The snapshot and the bucket of an active export cannot be removed. */
export interface ExportJobs {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
  /**
   * Creates an export in the caller's transaction.
   * @throws ApiError `EXPORT_BUCKET_NOT_FOUND`, `SNAPSHOT_NOT_COMPLETED`, `SNAPSHOT_EXPORT_IN_PROGRESS`
   */
  createWithin(
    transaction: Transaction,
    cluster: Cluster,
    snapshot: Snapshot,
    wanted: { readonly exportBucketId: Id; readonly customData: readonly CustomData[] },
  ): Promise<ExportJob>;
  /** Returns the newest successful export of a cluster; undefined if there is none. */
  newestSuccessful(clusterId: Id, within: Database): Promise<ExportJob | undefined>;
  /** Returns an export by its id, for jobs; undefined if there is none. */
  exportById(exportId: Id, within?: Database): Promise<ExportJob | undefined>;
  /** Returns the project whose export job has a key prefix; undefined if there is none, or if the job was removed. */
  groupIdOf(prefix: string): Promise<Id | undefined>;
  /** Returns the projects of this server whose ids or present names make a key prefix; none for an export of another origin. */
  ownersOf(prefix: string): Promise<readonly Id[]>;
  /** Adds a rule that says whether exports of a cluster have names in their paths. One rule that says so is enough. */
  addPrefixRule(rule: PrefixRule): void;
  /** Adds a hook that runs in the transaction in which an export ends: successful, failed or cancelled. */
  onEnd(hook: EndHook): void;
}

export function createExportJobs(deps: ExportJobsDependencies): ExportJobs {
  const service = createService({ ...deps, objects: createWrittenObjects(deps.exportBuckets) });
  return {
    operations: createOperations(service),
    jobHandlers: createJobHandlers({ ...deps, service }),
    createWithin: service.createWithin,
    newestSuccessful: (clusterId, within) => selectNewestSuccessful(within, clusterId),
    exportById: (exportId, within = deps.database) => selectJob(within, exportId),
    groupIdOf: (prefix) => selectGroupIdOf(deps.database, prefix),
    ownersOf: (prefix) => ownersOf(prefix, deps),
    addPrefixRule: service.addPrefixRule,
    onEnd: service.onEnd,
  };
}
