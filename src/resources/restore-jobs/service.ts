import { isAbsolute } from 'node:path';
import { mayInGroup, missingAttribute, userUnauthorized, type Caller } from '../../http/index.ts';
import type { JobQueue, WaitingJob } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { mapPage, type Page, type PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database, type Transaction } from '../../metastore/index.ts';
import { isObjectKey } from '../../object-store/key.ts';
import {
  isCovered,
  restoreSourceOfSnapshot,
  type IfExists,
  type OplogReplay,
  type OplogWindow,
} from '../../pipelines/restore/index.ts';
import type { SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { OplogTime } from '../../snapshot/targets/index.ts';
import { receivesRestores, REGISTERING_ROLES, type Cluster, type Clusters } from '../clusters/index.ts';
import { exportBucketInUse, type ExportBuckets } from '../export-buckets/index.ts';
import type { Projects } from '../projects/index.ts';
import { snapshotNotCompleted, snapshotNotFound, type Snapshot, type Snapshots } from '../snapshots/index.ts';
import type { DownloadLinks, LinkedDownload } from './download-link.ts';
import {
  pointInTimeNotAvailable,
  restoreJobFinished,
  restoreJobNotFound,
  restoreSourceInvalid,
  restoreSourceNotFound,
  restoreTargetInUse,
  restoreTargetInvalid,
  snapshotHasNoOplog,
  snapshotRestoreInProgress,
} from './errors.ts';
import {
  isActive,
  isDownloadable,
  replayOf,
  snapshotIdOf,
  type DeliveryType,
  type DesiredMoment,
  type ExternalSource,
  type RestoreJob,
  type RestoreTargetCluster,
  type Selection,
} from './model.ts';
import * as table from './table.ts';

/** In this time the manifest and two blocks of a snapshot are read, or those of several snapshots. */
const OPLOG_TIMEOUT_MS = 30_000;

const NO_SNAPSHOT_ID = 'The request has no snapshotId.';

export const RESTORE_SNAPSHOT = 'restore-snapshot';

/** The roles that are enough for restoring: in the project of the snapshot, and in that of the target. */
export const RESTORE_ROLES = ['GROUP_BACKUP_EXPORT_OPERATOR', 'GROUP_BACKUP_RECOVERY_OPERATOR'] as const;

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly queue: JobQueue;
  readonly projects: Pick<Projects, 'requireOrganizationOf'>;
  readonly exportBuckets: Pick<ExportBuckets, 'findPlace' | 'requireExportBucket' | 'onRemoval' | 'onUsable'>;
  readonly clusters: Pick<Clusters, 'requireCluster' | 'requireClusterOfBackups' | 'onRemoval' | 'onSourceChange'>;
  readonly snapshots: Pick<Snapshots, 'requireSnapshot' | 'snapshotsOf' | 'onRemoval'>;
  readonly repository: Pick<SnapshotRepository, 'openSnapshot'>;
  readonly links: DownloadLinks;
}

/** What a request asks to restore. */
export type WantedSource =
  /** Undefined for pointInTime: the newest snapshot whose oplog has the moment. */
  { readonly kind: 'snapshot'; readonly snapshotId: Id | undefined } | WantedAddress;

/** An export in a registered bucket, in the forms of `placeAt`; or the absolute path of a dump on the machine of the server. */
export interface WantedAddress {
  readonly kind: 'address';
  readonly address: string;
  /** The project of the bucket; undefined: that of the target. */
  readonly groupId: Id | undefined;
  readonly allowIncomplete: boolean;
}

/** A request for a restore job. */
export interface NewRestoreJob {
  readonly deliveryType: DeliveryType;
  readonly source: WantedSource;
  readonly targetGroupId: Id | undefined;
  readonly targetClusterName: string | undefined;
  readonly ifExists: IfExists;
  readonly desired: DesiredMoment | undefined;
  readonly replaysOplog: boolean;
  readonly selection: Selection | undefined;
  readonly isDryRun: boolean;
}

/** What a request is resolved to. */
type JobParts = Pick<RestoreJob, 'clusterId' | 'source' | 'target'> & { readonly clusterName: string };

/** A restore job with the name of its cluster, as clients see it. */
export interface ShownRestoreJob {
  readonly job: RestoreJob;
  readonly clusterName: string;
  /** Path and query of the download beside the API; undefined if nothing can be downloaded. */
  readonly download: string | undefined;
  /** The same of the folder with the objects of the snapshot. */
  readonly folder: string | undefined;
  /** Whether the download has expired. */
  readonly expired: boolean;
  /** What the job waits for. Only of jobs that are shown in detail. */
  readonly waiting?: WaitingJob | undefined;
}

export type RestoreJobService = ReturnType<typeof createService>;

export function createService(deps: ServiceDependencies) {
  const { database, clock, queue, projects, clusters, snapshots, exportBuckets, repository, links } = deps;

  snapshots.onRemoval(async (transaction, { id, expiresAt }) => {
    if (await table.isBeingRestored(transaction, id)) throw snapshotRestoreInProgress(id);
    const now = clock.now();
    // A snapshot that has expired stays for its downloads. One that a client deletes ends them, as in Atlas.
    if (expiresAt > now) await table.endDownloads(transaction, id, now);
    else if (await table.isDownloadable(transaction, id, now)) throw snapshotRestoreInProgress(id);
  });
  exportBuckets.onRemoval(async (transaction, { id }) => {
    const active = await table.selectUnfinishedIdsFrom(transaction, id);
    if (active.length > 0) throw exportBucketInUse(id, 'A restore reads from it. Try again when it has ended.');
  });
  exportBuckets.onUsable(async (transaction, { id }) => {
    for (const restoreJobId of await table.selectUnfinishedIdsFrom(transaction, id)) {
      await queue.retryNow(transaction, RESTORE_SNAPSHOT, { restoreJobId });
    }
  });
  clusters.onRemoval(async (transaction, { id, name }) => {
    if (await table.isTargetInUse(transaction, id)) throw restoreTargetInUse(name);
  });
  clusters.onSourceChange(async (transaction, { id }) => {
    for (const restoreJobId of await table.selectUnfinishedIdsTo(transaction, id)) {
      await queue.retryNow(transaction, RESTORE_SNAPSHOT, { restoreJobId });
    }
  });

  function shown(job: RestoreJob, clusterName: string): ShownRestoreJob {
    const now = clock.now();
    const { id: restoreJobId, deliveryType, state, expiresAt } = job;
    const snapshotId = snapshotIdOf(job);
    const isReady = isDownloadable(job, now) && expiresAt !== undefined && snapshotId !== undefined;
    const link = isReady ? { restoreJobId, snapshotId, expires: Math.floor(expiresAt / 1000) } : undefined;
    return {
      job,
      clusterName,
      download: link && links.linkOf(link),
      folder: link && links.folderLinkOf(link),
      expired: deliveryType === 'download' && state === 'completed' && !isReady,
    };
  }

  /** @throws ApiError `GROUP_NOT_FOUND`, `USER_UNAUTHORIZED` */
  async function requireRole(
    caller: Caller,
    groupId: Id,
    anyOf: readonly string[],
    within: Database = database,
  ): Promise<void> {
    const orgId = await projects.requireOrganizationOf(groupId, within);
    if (!mayInGroup(caller, { groupId, orgId }, anyOf)) throw userUnauthorized();
  }

  /**
   * Finds the deployment that receives the data.
   * @throws ApiError `MISSING_ATTRIBUTE`, `GROUP_NOT_FOUND`, `USER_UNAUTHORIZED`, `CLUSTER_NOT_FOUND`,
   * `RESTORE_TARGET_INVALID`, `RESTORE_TARGET_IN_USE`
   */
  async function requireTarget(
    transaction: Transaction,
    caller: Caller,
    groupId: Id,
    {
      targetGroupId = groupId,
      targetClusterName,
      ifExists,
    }: Pick<NewRestoreJob, 'targetGroupId' | 'targetClusterName' | 'ifExists'>,
  ): Promise<RestoreTargetCluster> {
    if (targetClusterName === undefined) throw missingAttribute('targetClusterName');
    await requireRole(caller, targetGroupId, RESTORE_ROLES, transaction);
    const cluster = await clusters.requireCluster(targetGroupId, targetClusterName, transaction);
    const { id: clusterId, name: clusterName } = cluster;
    if (!receivesRestores(cluster)) throw restoreTargetInvalid(clusterName);
    if (await table.isTargetInUse(transaction, clusterId)) throw restoreTargetInUse(clusterName);
    return { groupId: targetGroupId, clusterId, clusterName, ifExists };
  }

  /** @throws ApiError `CLUSTER_NOT_FOUND`, `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_NOT_COMPLETED` */
  async function requireCompleted(
    groupId: Id,
    clusterName: string,
    snapshotId: Id | undefined,
    within: Database = database,
  ): Promise<{ readonly cluster: Cluster; readonly snapshot: Snapshot }> {
    const cluster = await clusters.requireClusterOfBackups(groupId, clusterName, within);
    // The error of Atlas, by which clients know it.
    if (snapshotId === undefined) throw snapshotNotFound('null', clusterName).explainedBy(NO_SNAPSHOT_ID);
    const snapshot = await snapshots.requireSnapshot(cluster, snapshotId, within);
    if (snapshot.status !== 'completed') throw snapshotNotCompleted(snapshot.id);
    return { cluster, snapshot };
  }

  /**
   * Returns the id of the snapshot that is restored. If an oplog is to be applied, the snapshot has that oplog.
   * @returns undefined if the request names no snapshot and no oplog is to be applied.
   * @throws ApiError `POINT_IN_TIME_RESTORE_NOT_AVAILABLE`, `SNAPSHOT_HAS_NO_OPLOG`, and those of `requireCompleted`.
   */
  async function chooseSnapshot(
    groupId: Id,
    clusterName: string,
    snapshotId: Id | undefined,
    replay: OplogReplay | undefined,
  ): Promise<Id | undefined> {
    if (replay === undefined) return snapshotId;
    const signal = AbortSignal.timeout(OPLOG_TIMEOUT_MS);
    const { upTo } = replay;
    if (upTo !== undefined && snapshotId === undefined) {
      return await newestWith(upTo, await clusters.requireClusterOfBackups(groupId, clusterName), signal);
    }
    const { id } = (await requireCompleted(groupId, clusterName, snapshotId)).snapshot;
    const window = await oplogWindowOf(id, signal);
    if (upTo === undefined) {
      if (window === undefined) throw snapshotHasNoOplog(id);
    } else if (!isCovered(upTo, window)) throw pointInTimeNotAvailable(id);
    return id;
  }

  /** The newest completed snapshot whose oplog has the moment. @throws ApiError `POINT_IN_TIME_RESTORE_NOT_AVAILABLE` */
  async function newestWith(moment: OplogTime, { id: clusterId, name }: Cluster, signal: AbortSignal): Promise<Id> {
    for (const { id, status, consistency } of await snapshots.snapshotsOf(clusterId)) {
      // A running deployment is read at one moment, or each collection at its own, and only a dump has an oplog.
      if (status !== 'completed' || (consistency !== undefined && consistency.level !== 'none')) continue;
      if (isCovered(moment, await oplogWindowOf(id, signal))) return id;
    }
    throw pointInTimeNotAvailable(name);
  }

  async function oplogWindowOf(snapshotId: Id, signal: AbortSignal): Promise<OplogWindow | undefined> {
    const { oplog } = restoreSourceOfSnapshot(await repository.openSnapshot(snapshotId, { signal }));
    return await oplog?.window(signal);
  }

  /**
   * Finds what an address names. What is there is looked at by the job.
   * @param groupId the project of the target.
   * @throws ApiError `GROUP_NOT_FOUND`, `USER_UNAUTHORIZED`, `EXPORT_BUCKET_NAME_AMBIGUOUS`, `RESTORE_SOURCE_INVALID`,
   * `RESTORE_SOURCE_NOT_FOUND`
   */
  async function findSource(
    caller: Caller,
    groupId: Id,
    { address, groupId: sourceGroupId = groupId, allowIncomplete }: WantedAddress,
  ): Promise<ExternalSource> {
    await requireRole(caller, sourceGroupId, RESTORE_ROLES);
    const found = await exportBuckets.findPlace(sourceGroupId, address);
    if (found === undefined) {
      if (!isAbsolute(address)) throw restoreSourceNotFound(address, sourceGroupId);
      // A cluster of the dump would show its data, too.
      await requireRole(caller, groupId, REGISTERING_ROLES);
      return { kind: 'dump', address };
    }
    const { bucket, place } = found;
    if (!isObjectKey(place.slice(0, -1))) throw restoreSourceInvalid(address);
    const { id: exportBucketId, bucketName } = bucket;
    return { kind: 'export', address, groupId: sourceGroupId, exportBucketId, bucketName, place, allowIncomplete };
  }

  /** The parts of a restore of a snapshot: the path names its cluster, and the body the target. */
  async function partsOfSnapshot(
    transaction: Transaction,
    caller: Caller,
    [groupId, clusterName]: readonly [Id, string],
    snapshotId: Id | undefined,
    wanted: NewRestoreJob,
  ): Promise<JobParts> {
    const { cluster, snapshot } = await requireCompleted(groupId, clusterName, snapshotId, transaction);
    const isDownload = wanted.deliveryType === 'download';
    return {
      clusterId: cluster.id,
      clusterName: cluster.name,
      source: { kind: 'snapshot', snapshotId: snapshot.id, takenAt: snapshot.startedAt ?? snapshot.requestedAt },
      target: isDownload ? undefined : await requireTarget(transaction, caller, groupId, wanted),
    };
  }

  /** The parts of another restore: the path names the target. */
  async function partsOfAddress(
    transaction: Transaction,
    caller: Caller,
    [groupId, targetClusterName]: readonly [Id, string],
    source: ExternalSource,
    { ifExists }: NewRestoreJob,
  ): Promise<JobParts> {
    const wanted = { targetGroupId: groupId, targetClusterName, ifExists };
    const target = await requireTarget(transaction, caller, groupId, wanted);
    if (source.kind === 'export')
      await exportBuckets.requireExportBucket(source.groupId, source.exportBucketId, transaction);
    return { clusterId: target.clusterId, clusterName: target.clusterName, source, target };
  }

  async function find(
    groupId: Id,
    clusterName: string,
    id: Id,
    within: Database = database,
  ): Promise<{ readonly job: RestoreJob; readonly clusterName: string }> {
    const cluster = await clusters.requireClusterOfBackups(groupId, clusterName, within);
    const job = await table.selectJob(within, id);
    if (job?.clusterId !== cluster.id) throw restoreJobNotFound(id);
    return { job, clusterName: cluster.name };
  }

  async function list(groupId: Id, clusterName: string, request: PageRequest): Promise<Page<ShownRestoreJob>> {
    const cluster = await clusters.requireClusterOfBackups(groupId, clusterName);
    return mapPage(await table.selectJobs(database, cluster.id, request), (job) => shown(job, cluster.name));
  }

  /** What the unfinished ones of some jobs wait for, by their ids. */
  async function waitsOf(jobs: readonly RestoreJob[]): Promise<ReadonlyMap<Id, WaitingJob | undefined>> {
    const ids = jobs.filter(isActive).map(({ id }) => id);
    const waits = await queue.waiting(
      RESTORE_SNAPSHOT,
      ids.map((restoreJobId) => ({ restoreJobId })),
    );
    return new Map(ids.map((id, index) => [id, waits[index]]));
  }

  return {
    create: async (
      caller: Caller,
      groupId: Id,
      clusterName: string,
      wanted: NewRestoreJob,
    ): Promise<ShownRestoreJob> => {
      const place = [groupId, clusterName] as const;
      const { source } = wanted;
      // Blocks and directories are not read in a transaction, because others wait for it.
      const found =
        source.kind === 'address'
          ? await findSource(caller, groupId, source)
          : await chooseSnapshot(groupId, clusterName, source.snapshotId, replayOf(wanted));
      return await database.transaction().execute(async (transaction) => {
        const { clusterName: name, ...parts } =
          typeof found === 'object'
            ? await partsOfAddress(transaction, caller, place, found, wanted)
            : await partsOfSnapshot(transaction, caller, place, found, wanted);
        const now = clock.now();
        const job: RestoreJob = {
          ...parts,
          id: newId(now),
          groupId,
          deliveryType: wanted.deliveryType,
          state: 'queued',
          selection: wanted.selection,
          isDryRun: wanted.isDryRun,
          desired: wanted.desired,
          replaysOplog: wanted.replaysOplog,
          createdAt: now,
          finishedAt: undefined,
          expiresAt: undefined,
          progress: undefined,
          report: undefined,
          reason: undefined,
        };
        describeChange({ restoreJobId: job.id });
        await table.insertJob(transaction, job);
        await queue.enqueue(transaction, RESTORE_SNAPSHOT, { restoreJobId: job.id });
        return shown(job, name);
      });
    },

    find: async (groupId: Id, clusterName: string, id: Id): Promise<ShownRestoreJob> => {
      const found = await find(groupId, clusterName, id);
      return shown(found.job, found.clusterName);
    },

    findDetails: async (groupId: Id, clusterName: string, id: Id): Promise<ShownRestoreJob> => {
      const found = await find(groupId, clusterName, id);
      const waits = await waitsOf([found.job]);
      return { ...shown(found.job, found.clusterName), waiting: waits.get(id) };
    },

    list,

    listDetails: async (groupId: Id, clusterName: string, request: PageRequest): Promise<Page<ShownRestoreJob>> => {
      const page = await list(groupId, clusterName, request);
      const waits = await waitsOf(page.results.map(({ job }) => job));
      return mapPage(page, (each) => ({ ...each, waiting: waits.get(each.job.id) }));
    },

    /**
     * Cancels a job that has not ended, or ends a download before it expires. A job that was cancelled already stays so.
     * @throws ApiError `RESTORE_JOB_FINISHED`
     */
    cancel: async (groupId: Id, clusterName: string, id: Id): Promise<void> => {
      const payload = { restoreJobId: id };
      await database.transaction().execute(async (transaction) => {
        const { job } = await find(groupId, clusterName, id, transaction);
        if (job.state === 'cancelled') return;
        const now = clock.now();
        if (!isActive(job) && !isDownloadable(job, now)) throw restoreJobFinished(id);
        await table.setCancelled(transaction, id, now);
        await queue.cancel(transaction, RESTORE_SNAPSHOT, payload);
      });
      // Nothing more is written to the target after the answer.
      await queue.untilIdle(RESTORE_SNAPSHOT, payload);
    },

    /** Returns the job that a link names; undefined if the link is wrong, or if its download was cancelled or has expired. */
    findLinked: async (link: LinkedDownload): Promise<RestoreJob | undefined> => {
      const now = clock.now();
      if (now >= link.expires * 1000) return undefined;
      const job = await table.selectJob(database, link.restoreJobId);
      return job !== undefined && snapshotIdOf(job) === link.snapshotId && isDownloadable(job, now) ? job : undefined;
    },
  };
}
