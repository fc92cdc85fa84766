import { ApiError, insufficientStorage } from '../../http/index.ts';
import { fenced, type JobContext, type JobQueue, type WaitingJob } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { codeOf, messageOf } from '../../kernel/errors.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage, type Page, type PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database, type Transaction } from '../../metastore/index.ts';
import type { SnapshotSource } from '../../snapshot/sources/index.ts';
import { backupConfigNotFound, type Cluster, type Clusters } from '../clusters/index.ts';
import type { ServerTime } from '../server-time/index.ts';
import {
  archiveNotSent,
  cannotDeleteInProgressSnapshot,
  cannotModifyInProgressSnapshotRetention,
  invalidArchive,
  snapshotNotFound,
  unfinishedOnDemandSnapshot,
} from './errors.ts';
import { markGarbage } from './garbage-table.ts';
import { noHooks } from './hooks.ts';
import { isUnfinished, type ScheduledMoment, type Snapshot } from './model.ts';
import { addRetention, DEFAULT_RETENTION, type Retention } from './retention.ts';
import * as table from './table.ts';

export const CAPTURE_SNAPSHOT = 'capture-snapshot';
/** The part of a job's payload for an archive that was sent. */
const SENT = { archive: 'sent' };
export const COLLECT_GARBAGE = 'collect-garbage';
export const EXPIRE_SNAPSHOTS = 'expire-snapshots';

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly queue: JobQueue;
  readonly serverTime: Pick<ServerTime, 'retentionTime'>;
  readonly clusters: Pick<
    Clusters,
    'requireCluster' | 'requireClusterOfBackups' | 'onRemovalOfBackups' | 'onSourceChange' | 'forgetRemoved'
  >;
  readonly uploads: Uploads;
}

/** Archives that were sent for snapshots, by the snapshots' ids. */
export interface Uploads {
  /** Keeps an archive that is whole. @throws AppError `INVALID_DUMP`, `SPOOL_FULL` */
  receive(id: Id, bytes: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<void>;
  open(id: Id, options: { readonly allowEmpty: boolean }): Promise<SnapshotSource>;
  /** A missing archive is no error. */
  remove(id: Id): Promise<void>;
  removeAllBut(ids: readonly Id[]): Promise<void>;
}

export interface NewSnapshot {
  readonly description: string;
  /** Undefined: the default of the cluster's schedule, or else a week. */
  readonly retention: Retention | undefined;
  /** Whether bad values are refused; as the cluster says where undefined. */
  readonly strict: boolean | undefined;
}

export interface ClusterSnapshot {
  readonly cluster: Cluster;
  readonly snapshot: Snapshot;
}

/** A snapshot, and what its capture waits for. */
export interface SnapshotDetails extends ClusterSnapshot {
  readonly waiting: WaitingJob | undefined;
}

/** The snapshot that a schedule asks for. */
export interface WantedByPolicy {
  readonly scheduledFor: ScheduledMoment;
  readonly retention: Retention;
}

export type SnapshotService = ReturnType<typeof createService>;

export function createService(deps: ServiceDependencies) {
  const { database, clock, queue, serverTime, clusters, uploads } = deps;
  const hooks = noHooks();

  /** @throws ApiError `SNAPSHOT_NOT_FOUND` */
  async function requireSnapshot(cluster: Cluster, id: Id, within: Database = database): Promise<Snapshot> {
    const snapshot = await table.selectSnapshot(within, id);
    if (snapshot?.clusterId !== cluster.id) throw snapshotNotFound(id, cluster.name);
    return snapshot;
  }

  /** Deletes the row, and marks the stored data for the next collection of garbage, in one transaction. */
  async function removeWithin(transaction: Transaction, snapshot: Snapshot): Promise<void> {
    if (isUnfinished(snapshot)) throw cannotDeleteInProgressSnapshot(snapshot.id);
    for (const hook of hooks.removal) await hook(transaction, snapshot);
    await table.deleteSnapshot(transaction, snapshot.id);
    await markGarbage(transaction, snapshot.id, clock.now());
    if (!(await table.hasSnapshots(transaction, { clusterId: snapshot.clusterId }))) {
      await clusters.forgetRemoved(transaction, snapshot.clusterId);
    }
  }

  /** @throws ApiError `CLUSTER_NOT_FOUND`, `BACKUP_CONFIG_NOT_FOUND`, `UNFINISHED_ON_DEMAND_SNAPSHOT` */
  async function requireFreeCluster(groupId: Id, clusterName: string, within: Database): Promise<Cluster> {
    const cluster = await clusters.requireCluster(groupId, clusterName, within);
    if (!cluster.hasBackups) throw backupConfigNotFound(clusterName, groupId);
    if (await table.hasUnfinished(within, cluster.id, 'onDemand')) throw unfinishedOnDemandSnapshot();
    return cluster;
  }

  /** Writes the row and its job. @param source the part of the job's payload for a sent archive. */
  async function enqueueWithin(
    transaction: Transaction,
    cluster: Cluster,
    snapshot: Pick<Snapshot, 'id' | 'description' | 'retention' | 'scheduledFor'>,
    { strict, source }: { readonly strict: boolean | undefined; readonly source: JsonObject },
  ): Promise<ClusterSnapshot> {
    const now = clock.now();
    const queued: Snapshot = {
      ...snapshot,
      groupId: cluster.groupId,
      clusterId: cluster.id,
      shardCount: cluster.shardCount,
      status: 'queued',
      requestedAt: now,
      startedAt: undefined,
      completedAt: undefined,
      expiresAt: addRetention(now, snapshot.retention),
      hasOwnRetention: false,
      mongodbVersion: undefined,
      storageSizeBytes: 0,
      consistency: undefined,
      leftOut: undefined,
      strict: strict ?? cluster.strict,
      findings: undefined,
      progress: undefined,
      failure: undefined,
    };
    describeChange({ snapshotId: queued.id });
    await table.insertSnapshot(transaction, queued);
    await queue.enqueue(transaction, CAPTURE_SNAPSHOT, { snapshotId: queued.id, ...source });
    return { cluster, snapshot: queued };
  }

  async function enqueueOnDemand(
    transaction: Transaction,
    cluster: Cluster,
    id: Id,
    wanted: NewSnapshot,
    source: JsonObject,
  ): Promise<ClusterSnapshot> {
    let { retention } = wanted;
    for (const rule of hooks.retentionRules) retention = (await rule(transaction, cluster, retention)) ?? retention;
    const { description, strict } = wanted;
    const snapshot = { id, description, retention: retention ?? DEFAULT_RETENTION, scheduledFor: undefined };
    return await enqueueWithin(transaction, cluster, snapshot, { strict, source });
  }

  /** Sets the retention, which counts from the snapshot's completion. */
  async function changeRetention(
    transaction: Transaction,
    snapshot: Snapshot,
    retention: Retention,
    isOwn: boolean,
  ): Promise<Snapshot> {
    const expiresAt = addRetention(snapshot.completedAt ?? snapshot.requestedAt, retention);
    for (const hook of hooks.retention) await hook(transaction, snapshot, { expiresAt });
    await table.setRetention(transaction, snapshot.id, { retention, expiresAt, isOwn });
    return { ...snapshot, retention, expiresAt, hasOwnRetention: isOwn };
  }

  async function receive(id: Id, bytes: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      await uploads.receive(id, bytes);
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === 'INVALID_DUMP') throw invalidArchive(messageOf(thrown).replace(/\.$/, ''));
      throw code === 'SPOOL_FULL' ? insufficientStorage() : thrown;
    }
  }

  async function find(groupId: Id, clusterName: string, id: Id): Promise<ClusterSnapshot> {
    const cluster = await clusters.requireClusterOfBackups(groupId, clusterName);
    return { cluster, snapshot: await requireSnapshot(cluster, id) };
  }

  async function list(
    groupId: Id,
    clusterName: string,
    request: PageRequest,
    only = { sharded: false },
  ): Promise<Page<ClusterSnapshot>> {
    const cluster = await clusters.requireClusterOfBackups(groupId, clusterName);
    const page = await table.selectSnapshots(database, cluster.id, request, only);
    return mapPage(page, (snapshot) => ({ cluster, snapshot }));
  }

  /** Returns what the capture of the snapshot waits for. */
  async function waitOf(snapshot: Snapshot): Promise<WaitingJob | undefined> {
    if (!isUnfinished(snapshot)) return undefined;
    const payload = { snapshotId: snapshot.id };
    const waits = await queue.waiting(CAPTURE_SNAPSHOT, [payload, { ...payload, ...SENT }]);
    return waits.find((wait) => wait !== undefined);
  }

  clusters.onRemovalOfBackups(async (transaction, cluster, { retain }) => {
    let retains = retain;
    for (const rule of hooks.retainingRules) retains ||= await rule(transaction, cluster);
    const all = await table.selectAllSnapshots(transaction, cluster.id);
    // A snapshot that is being taken needs the source, and a failed one holds nothing.
    const removed = retains ? all.filter(({ status }) => status !== 'completed') : all;
    for (const snapshot of removed) await removeWithin(transaction, snapshot);
    return removed.length < all.length;
  });

  clusters.onSourceChange(async (transaction, { id }) => {
    for (const snapshotId of await table.selectUnfinishedIds(transaction, id)) {
      await queue.retryNow(transaction, CAPTURE_SNAPSHOT, { snapshotId });
    }
  });

  return {
    requireSnapshot,

    hooks,

    take: async (groupId: Id, clusterName: string, wanted: NewSnapshot): Promise<ClusterSnapshot> =>
      await database.transaction().execute(async (transaction) => {
        const cluster = await requireFreeCluster(groupId, clusterName, transaction);
        if (cluster.sourceKind === 'upload') throw archiveNotSent(cluster.name);
        return await enqueueOnDemand(transaction, cluster, newId(clock.now()), wanted, {});
      }),

    /**
     * Takes a snapshot of a sent archive instead of the cluster's own source.
     * @throws ApiError `INVALID_ARCHIVE`, `INSUFFICIENT_STORAGE`
     */
    takeSent: async (
      groupId: Id,
      clusterName: string,
      wanted: NewSnapshot,
      bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
    ): Promise<ClusterSnapshot> => {
      // This check comes before the transfer, because gigabytes should not be sent in vain. It is repeated after the
      // transfer.
      await requireFreeCluster(groupId, clusterName, database);
      const id = newId(clock.now());
      await receive(id, bytes);
      try {
        return await database.transaction().execute(async (transaction) => {
          const cluster = await requireFreeCluster(groupId, clusterName, transaction);
          return await enqueueOnDemand(transaction, cluster, id, wanted, SENT);
        });
      } catch (thrown) {
        await uploads.remove(id);
        throw thrown;
      }
    },

    /** Removes what earlier processes left of archives. To be called before any is received. */
    removeStrayUploads: async (): Promise<void> => {
      await uploads.removeAllBut(await table.selectUnfinishedIds(database));
    },

    find,
    list,

    findDetails: async (groupId: Id, clusterName: string, id: Id): Promise<SnapshotDetails> => {
      const found = await find(groupId, clusterName, id);
      return { ...found, waiting: await waitOf(found.snapshot) };
    },

    listDetails: async (groupId: Id, clusterName: string, request: PageRequest): Promise<Page<SnapshotDetails>> => {
      const page = await list(groupId, clusterName, request);
      // A cluster has few unfinished snapshots: one that a client has asked for, and one of its schedule.
      const waits = new Map<ClusterSnapshot, WaitingJob | undefined>();
      for (const found of page.results) waits.set(found, await waitOf(found.snapshot));
      return mapPage(page, (found) => ({ ...found, waiting: waits.get(found) }));
    },

    /** @param only.sharded whether the snapshot must be that of a sharded cluster. @throws ApiError `SNAPSHOT_NOT_FOUND` */
    remove: async (groupId: Id, clusterName: string, id: Id, only = { sharded: false }): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        const cluster = await clusters.requireClusterOfBackups(groupId, clusterName, transaction);
        const snapshot = await requireSnapshot(cluster, id, transaction);
        if (only.sharded && snapshot.shardCount === 0) throw snapshotNotFound(id, clusterName);
        await removeWithin(transaction, snapshot);
      });
    },

    setRetention: async (groupId: Id, clusterName: string, id: Id, retention: Retention): Promise<ClusterSnapshot> =>
      await database.transaction().execute(async (transaction) => {
        const cluster = await clusters.requireClusterOfBackups(groupId, clusterName, transaction);
        const snapshot = await requireSnapshot(cluster, id, transaction);
        if (isUnfinished(snapshot)) throw cannotModifyInProgressSnapshotRetention(id);
        return { cluster, snapshot: await changeRetention(transaction, snapshot, retention, true) };
      }),

    /** Runs the hooks of a completed snapshot. */
    completed: async (transaction: Transaction, id: Id): Promise<void> => {
      const snapshot = await table.selectSnapshot(transaction, id);
      if (snapshot === undefined) return;
      for (const hook of hooks.completion) await hook(transaction, snapshot);
    },

    /** Runs the hooks of a failed snapshot. */
    failed: async (transaction: Transaction, id: Id): Promise<void> => {
      const snapshot = await table.selectSnapshot(transaction, id);
      if (snapshot === undefined) return;
      for (const hook of hooks.failure) await hook(transaction, snapshot);
    },

    takeScheduled: async (
      transaction: Transaction,
      cluster: Cluster,
      wanted: WantedByPolicy,
    ): Promise<Snapshot | undefined> => {
      if (await table.hasUnfinished(transaction, cluster.id, 'scheduled')) return undefined;
      const row = { ...wanted, id: newId(clock.now()), description: '' };
      return (await enqueueWithin(transaction, cluster, row, { strict: undefined, source: {} })).snapshot;
    },

    reviseScheduled: async (
      transaction: Transaction,
      clusterId: Id,
      revise: (snapshot: Snapshot) => Retention | 'remove' | undefined,
    ): Promise<void> => {
      for (const snapshot of await table.selectScheduled(transaction, clusterId)) {
        const change = revise(snapshot);
        if (change === 'remove') await removeWithin(transaction, snapshot);
        else if (change !== undefined) await changeRetention(transaction, snapshot, change, false);
      }
    },

    /** Removes the expired snapshots, except those that are still in use. @returns their number. */
    expire: async (context: Pick<JobContext, 'fence' | 'signal'>): Promise<number> => {
      let removed = 0;
      const before = await serverTime.retentionTime();
      for (const { id } of await table.selectExpired(database, before)) {
        context.signal.throwIfAborted();
        try {
          await fenced(database, context, async (transaction) => {
            const snapshot = await table.selectSnapshot(transaction, id);
            if (snapshot !== undefined && snapshot.expiresAt <= before) await removeWithin(transaction, snapshot);
          });
          removed++;
        } catch (thrown) {
          if (!(thrown instanceof ApiError)) throw thrown;
        }
      }
      return removed;
    },
  };
}
