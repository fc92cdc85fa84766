import type { JobQueue, WaitingJob } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { mapPage, type Page, type PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database, type Transaction } from '../../metastore/index.ts';
import type { ObjectInfo } from '../../object-store/contract.ts';
import type { Cluster, Clusters } from '../clusters/index.ts';
import { exportBucketInUse, type ExportBuckets } from '../export-buckets/index.ts';
import type { Organizations } from '../organizations/index.ts';
import type { Projects } from '../projects/index.ts';
import { snapshotNotCompleted, type Snapshot, type Snapshots } from '../snapshots/index.ts';
import {
  exportIsComplete,
  exportJobCompleting,
  exportJobHasEnded,
  exportJobInProgress,
  exportJobNotFound,
  snapshotExportInProgress,
} from './errors.ts';
import type { EndHook } from './hooks.ts';
import type { WrittenObjects } from './objects-in-bucket.ts';
import { isActive, type CustomData, type ExportJob } from './model.ts';
import { exportPrefix, nextPrefix } from './prefix.ts';
import * as table from './table.ts';

export const EXPORT_SNAPSHOT = 'export-snapshot';

const CANCELLED = { code: 'EXPORT_CANCELLED', message: 'The export was cancelled on request.' };

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly queue: JobQueue;
  readonly organizations: Pick<Organizations, 'requireOrganization'>;
  readonly projects: Pick<Projects, 'requireProject'>;
  readonly clusters: Pick<Clusters, 'requireClusterOfBackups'>;
  readonly snapshots: Pick<Snapshots, 'requireSnapshot' | 'onRemoval'>;
  readonly exportBuckets: Pick<ExportBuckets, 'requireExportBucket' | 'onRemoval' | 'onUsable'>;
  /** The objects of a job in its bucket. */
  readonly objects: WrittenObjects;
}

export interface NewExportJob {
  readonly snapshotId: Id;
  readonly exportBucketId: Id;
  readonly customData: readonly CustomData[];
}

/** An export job, and what it waits for. */
export interface ExportJobDetails extends ExportJob {
  readonly waiting: WaitingJob | undefined;
}

/** Whether exports of a cluster have the names of organization and project in their paths. */
export type PrefixRule = (within: Database, clusterId: Id) => Promise<boolean>;

export type ExportJobService = ReturnType<typeof createService>;

export function createService(deps: ServiceDependencies) {
  const { database, clock, queue, organizations, projects, clusters, snapshots, exportBuckets, objects } = deps;
  const prefixRules: PrefixRule[] = [];
  const endHooks: EndHook[] = [];

  snapshots.onRemoval(async (transaction, { id }) => {
    const active = await table.selectActiveIds(transaction, 'snapshot_id', id);
    if (active.length > 0) throw snapshotExportInProgress(id);
  });
  exportBuckets.onRemoval(async (transaction, { id }) => {
    const active = await table.selectActiveIds(transaction, 'export_bucket_id', id);
    if (active.length > 0) throw exportBucketInUse(id, 'An export to it has not ended. Try again when it has.');
  });
  exportBuckets.onUsable(async (transaction, { id }) => {
    for (const exportJobId of await table.selectActiveIds(transaction, 'export_bucket_id', id)) {
      await queue.retryNow(transaction, EXPORT_SNAPSHOT, { exportJobId });
    }
  });

  /**
   * Returns the prefix, or the next one that no job has. Exports of two snapshots of one minute may start in the same second, so a taken
   * second is replaced by the next free one.
   */
  async function freePrefix(transaction: Transaction, wanted: string): Promise<string> {
    let prefix = wanted;
    while (await table.isPrefixTaken(transaction, prefix)) prefix = nextPrefix(prefix);
    return prefix;
  }

  async function placeOf(
    transaction: Transaction,
    cluster: Cluster,
    snapshot: Snapshot,
  ): Promise<Omit<Parameters<typeof exportPrefix>[0], 'epochSeconds'>> {
    const group = await projects.requireProject(cluster.groupId, transaction);
    const organization = await organizations.requireOrganization(group.orgId, transaction);
    let useNames = false;
    for (const rule of prefixRules) useNames ||= await rule(transaction, cluster.id);
    const snapshotTakenAt = snapshot.startedAt ?? snapshot.requestedAt;
    return { organization, group, useNames, clusterName: cluster.name, snapshotTakenAt };
  }

  /** @throws ApiError `EXPORT_BUCKET_NOT_FOUND`, `SNAPSHOT_NOT_COMPLETED`, `SNAPSHOT_EXPORT_IN_PROGRESS` */
  async function createWithin(
    transaction: Transaction,
    cluster: Cluster,
    snapshot: Snapshot,
    wanted: Pick<NewExportJob, 'exportBucketId' | 'customData'>,
  ): Promise<ExportJob> {
    const { exportBucketId, customData } = wanted;
    await exportBuckets.requireExportBucket(cluster.groupId, exportBucketId, transaction);
    if (snapshot.status !== 'completed') throw snapshotNotCompleted(snapshot.id);
    const active = await table.selectActiveIds(transaction, 'snapshot_id', snapshot.id);
    if (active.length > 0) throw snapshotExportInProgress(snapshot.id);
    const now = clock.now();
    const place = await placeOf(transaction, cluster, snapshot);
    const job: ExportJob = {
      exportBucketId,
      customData,
      snapshotId: snapshot.id,
      id: newId(now),
      groupId: cluster.groupId,
      clusterId: cluster.id,
      state: 'Queued',
      prefix: await freePrefix(transaction, exportPrefix({ ...place, epochSeconds: Math.floor(now / 1000) })),
      createdAt: now,
      finishedAt: undefined,
      exportedCollections: 0,
      totalCollections: 0,
      figures: undefined,
      isClaimed: false,
      isCompleting: false,
      reason: undefined,
    };
    describeChange({ exportId: job.id });
    await table.insertJob(transaction, job);
    await queue.enqueue(transaction, EXPORT_SNAPSHOT, { exportJobId: job.id });
    return job;
  }

  async function find(groupId: Id, clusterName: string, id: Id, within: Database = database): Promise<ExportJob> {
    const cluster = await clusters.requireClusterOfBackups(groupId, clusterName, within);
    const job = await table.selectJob(within, id);
    if (job?.clusterId !== cluster.id) throw exportJobNotFound(id, cluster.name);
    return job;
  }

  async function list(groupId: Id, clusterName: string, request: PageRequest): Promise<Page<ExportJob>> {
    const cluster = await clusters.requireClusterOfBackups(groupId, clusterName);
    return await table.selectJobs(database, cluster.id, request);
  }

  /** Returns what the unfinished jobs wait for, by their ids. */
  async function waitsOf(jobs: readonly ExportJob[]): Promise<ReadonlyMap<Id, WaitingJob | undefined>> {
    const ids = jobs.filter(isActive).map(({ id }) => id);
    const waits = await queue.waiting(
      EXPORT_SNAPSHOT,
      ids.map((exportJobId) => ({ exportJobId })),
    );
    return new Map(ids.map((id, index) => [id, waits[index]]));
  }

  /** Runs the hooks of an ended job. */
  async function ended(transaction: Transaction, id: Id): Promise<void> {
    const job = await table.selectJob(transaction, id);
    if (job === undefined || isActive(job)) return;
    for (const hook of endHooks) await hook(transaction, job);
  }

  return {
    createWithin,
    ended,

    /** Gives a job the next free prefix, because another server has claimed the folder of its present one. @returns the prefix. */
    moveWithin: async (transaction: Transaction, { id, prefix }: ExportJob): Promise<string> => {
      const next = await freePrefix(transaction, nextPrefix(prefix));
      await table.setPrefix(transaction, id, next);
      return next;
    },

    onEnd: (hook: EndHook): void => {
      endHooks.push(hook);
    },

    addPrefixRule: (rule: PrefixRule): void => {
      prefixRules.push(rule);
    },

    create: async (groupId: Id, clusterName: string, wanted: NewExportJob): Promise<ExportJob> =>
      await database.transaction().execute(async (transaction) => {
        const cluster = await clusters.requireClusterOfBackups(groupId, clusterName, transaction);
        const snapshot = await snapshots.requireSnapshot(cluster, wanted.snapshotId, transaction);
        return await createWithin(transaction, cluster, snapshot, wanted);
      }),

    find,
    list,

    /**
     * Ends an unfinished job. `.complete` of its export does not exist and is never written, because the job leaves the
     * queue in the same transaction, and no attempt writes `.complete` before it has noted so behind the fence.
     * @throws ApiError `EXPORT_JOB_HAS_ENDED`, `EXPORT_JOB_COMPLETING`
     */
    cancel: async (groupId: Id, clusterName: string, id: Id): Promise<ExportJobDetails> => {
      const payload = { exportJobId: id };
      await database.transaction().execute(async (transaction) => {
        const job = await find(groupId, clusterName, id, transaction);
        if (job.state === 'Cancelled') return;
        if (!isActive(job)) throw exportJobHasEnded(id, job.state);
        if (job.isCompleting) throw exportJobCompleting(id);
        await table.setUnsuccessful(transaction, id, { state: 'Cancelled', finishedAt: clock.now(), ...CANCELLED });
        await queue.cancel(transaction, EXPORT_SNAPSHOT, payload);
        await ended(transaction, id);
      });
      // Nothing more is written to the bucket after the answer.
      await queue.untilIdle(EXPORT_SNAPSHOT, payload);
      return { ...(await find(groupId, clusterName, id)), waiting: undefined };
    },

    /** Returns a page of the objects of a job that are in its bucket, by their keys. */
    listObjects: async (groupId: Id, clusterName: string, id: Id, request: PageRequest): Promise<Page<ObjectInfo>> =>
      await objects.list(await find(groupId, clusterName, id), request),

    /**
     * Removes an ended job, and with `withObjects` first its objects from the bucket. A removal that was interrupted is
     * done again, because the job goes last.
     * @throws ApiError `EXPORT_JOB_IN_PROGRESS`, `EXPORT_IS_COMPLETE`
     * @returns the number of removed objects.
     */
    remove: async (
      groupId: Id,
      clusterName: string,
      id: Id,
      { withObjects }: { readonly withObjects: boolean },
    ): Promise<number> => {
      const job = await find(groupId, clusterName, id);
      if (isActive(job)) throw exportJobInProgress(id);
      if (withObjects && job.state === 'Successful') throw exportIsComplete(id);
      const removed = withObjects ? await objects.remove(job) : 0;
      await database.transaction().execute(async (transaction) => {
        await table.deleteJob(transaction, id);
      });
      return removed;
    },

    findDetails: async (groupId: Id, clusterName: string, id: Id): Promise<ExportJobDetails> => {
      const job = await find(groupId, clusterName, id);
      const waits = await waitsOf([job]);
      return { ...job, waiting: waits.get(id) };
    },

    listDetails: async (groupId: Id, clusterName: string, request: PageRequest): Promise<Page<ExportJobDetails>> => {
      const page = await list(groupId, clusterName, request);
      const waits = await waitsOf(page.results);
      return mapPage(page, (job) => ({ ...job, waiting: waits.get(job.id) }));
    },
  };
}
