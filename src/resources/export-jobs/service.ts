import type { JobQueue, WaitingJob } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { mapPage, type Page, type PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database, type Transaction } from '../../metastore/index.ts';
import type { Cluster, Clusters } from '../clusters/index.ts';
import { exportBucketInUse, type ExportBuckets } from '../export-buckets/index.ts';
import type { Organizations } from '../organizations/index.ts';
import type { Projects } from '../projects/index.ts';
import type { Snapshot, Snapshots } from '../snapshots/index.ts';
import { exportJobNotFound, snapshotExportInProgress, snapshotNotCompleted } from './errors.ts';
import { isActive, type CustomData, type ExportJob } from './model.ts';
import { exportPrefix } from './prefix.ts';
import * as table from './table.ts';

export const EXPORT_SNAPSHOT = 'export-snapshot';

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly queue: JobQueue;
  readonly organizations: Pick<Organizations, 'requireOrganization'>;
  readonly projects: Pick<Projects, 'requireProject'>;
  readonly clusters: Pick<Clusters, 'requireCluster'>;
  readonly snapshots: Pick<Snapshots, 'requireSnapshot' | 'onRemoval'>;
  readonly exportBuckets: Pick<ExportBuckets, 'requireExportBucket' | 'onRemoval'>;
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
  const { database, clock, queue, organizations, projects, clusters, snapshots, exportBuckets } = deps;
  const prefixRules: PrefixRule[] = [];

  snapshots.onRemoval(async (transaction, { id }) => {
    if (await table.isInUse(transaction, 'snapshot_id', id)) throw snapshotExportInProgress(id);
  });
  exportBuckets.onRemoval(async (transaction, { id }) => {
    if (await table.isInUse(transaction, 'export_bucket_id', id)) throw exportBucketInUse(id);
  });

  /**
   * Returns a prefix that no other job has. Exports of two snapshots of one minute may start in the same second, so a taken
   * second is replaced by the next free one.
   */
  async function freePrefix(
    transaction: Transaction,
    facts: Omit<Parameters<typeof exportPrefix>[0], 'epochSeconds'>,
    now: number,
  ): Promise<string> {
    for (let epochSeconds = Math.floor(now / 1000); ; epochSeconds++) {
      const prefix = exportPrefix({ ...facts, epochSeconds });
      if (!(await table.isPrefixTaken(transaction, prefix))) return prefix;
    }
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
    if (await table.isInUse(transaction, 'snapshot_id', snapshot.id)) throw snapshotExportInProgress(snapshot.id);
    const now = clock.now();
    const job: ExportJob = {
      exportBucketId,
      customData,
      snapshotId: snapshot.id,
      id: newId(now),
      groupId: cluster.groupId,
      clusterId: cluster.id,
      state: 'Queued',
      prefix: await freePrefix(transaction, await placeOf(transaction, cluster, snapshot), now),
      createdAt: now,
      finishedAt: undefined,
      exportedCollections: 0,
      totalCollections: 0,
      reason: undefined,
    };
    describeChange({ exportId: job.id });
    await table.insertJob(transaction, job);
    await queue.enqueue(transaction, EXPORT_SNAPSHOT, { exportJobId: job.id });
    return job;
  }

  async function find(groupId: Id, clusterName: string, id: Id): Promise<ExportJob> {
    const cluster = await clusters.requireCluster(groupId, clusterName);
    const job = await table.selectJob(database, id);
    if (job?.clusterId !== cluster.id) throw exportJobNotFound(id, cluster.name);
    return job;
  }

  async function list(groupId: Id, clusterName: string, request: PageRequest): Promise<Page<ExportJob>> {
    const cluster = await clusters.requireCluster(groupId, clusterName);
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

  return {
    createWithin,

    addPrefixRule: (rule: PrefixRule): void => {
      prefixRules.push(rule);
    },

    create: async (groupId: Id, clusterName: string, wanted: NewExportJob): Promise<ExportJob> =>
      await database.transaction().execute(async (transaction) => {
        const cluster = await clusters.requireCluster(groupId, clusterName, transaction);
        const snapshot = await snapshots.requireSnapshot(cluster, wanted.snapshotId, transaction);
        return await createWithin(transaction, cluster, snapshot, wanted);
      }),

    find,
    list,

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
