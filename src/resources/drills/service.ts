import { missingAttribute } from '../../http/index.ts';
import type { JobQueue } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { mapPage, type Page, type PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database, type Transaction } from '../../metastore/index.ts';
import type { Cluster, Clusters } from '../clusters/index.ts';
import type { ExportBuckets } from '../export-buckets/index.ts';
import type { ExportJobs } from '../export-jobs/index.ts';
import type { Snapshots } from '../snapshots/index.ts';
import {
  drillInProgress,
  drillNotFound,
  drillScheduleNotFound,
  drillTargetInvalid,
  nothingToDrill,
  snapshotDrillInProgress,
} from './errors.ts';
import type { Drill, DrillMode, DrillSchedule, DrillTarget } from './model.ts';
import * as table from './table.ts';

export const DRILL_EXPORT = 'drill-export';
export const SCHEDULE_DRILLS = 'schedule-drills';

/** The beginning of the names of a drill's databases, if the request has none. */
export const DEFAULT_PREFIX = 'drill_';

const DAY_MS = 24 * 60 * 60_000;

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly queue: JobQueue;
  readonly clusters: Pick<
    Clusters,
    'requireCluster' | 'requireClusterOfBackups' | 'requireClusterById' | 'onRemoval' | 'onSourceChange'
  >;
  readonly snapshots: Pick<Snapshots, 'onRemoval'>;
  readonly exportJobs: Pick<ExportJobs, 'newestSuccessful' | 'exportById'>;
  readonly exportBuckets: Pick<ExportBuckets, 'onUsable'>;
}

export interface WantedDrill {
  readonly mode: DrillMode;
  /** A cluster of the same project. */
  readonly targetClusterName: string | undefined;
  readonly databasePrefix: string | undefined;
}

/** A drill with the name of its cluster. */
export interface ShownDrill {
  readonly drill: Drill;
  readonly clusterName: string;
}

/** Runs in the transaction in which a drill ends. */
export type EndHook = (transaction: Transaction, drill: Drill) => Promise<void>;

export type DrillService = ReturnType<typeof createService>;

export function createService(deps: ServiceDependencies) {
  const { database, clock, queue, clusters, snapshots, exportJobs, exportBuckets } = deps;

  const endHooks: EndHook[] = [];

  snapshots.onRemoval(async (transaction, { id }) => {
    if (await table.isInUse(transaction, 'snapshot_id', id)) throw snapshotDrillInProgress(id);
  });
  clusters.onRemoval(async (transaction, { id, name }) => {
    if (await table.isInUse(transaction, 'target_cluster_id', id)) throw drillInProgress(name);
    await table.deleteSchedule(transaction, id);
  });
  clusters.onSourceChange(async (transaction, { id }) => {
    for (const drillId of await table.selectUnfinishedIds(transaction, 'target_cluster_id', id)) {
      await queue.retryNow(transaction, DRILL_EXPORT, { drillId });
    }
  });
  exportBuckets.onUsable(async (transaction, { id, groupId }) => {
    for (const drill of await table.selectUnfinishedOfGroup(transaction, groupId)) {
      const job = await exportJobs.exportById(drill.exportId, transaction);
      if (job?.exportBucketId === id) await queue.retryNow(transaction, DRILL_EXPORT, { drillId: drill.id });
    }
  });

  /** @throws ApiError `MISSING_ATTRIBUTE`, `CLUSTER_NOT_FOUND`, `DRILL_TARGET_INVALID` */
  async function targetOf(
    transaction: Transaction,
    cluster: Cluster,
    { mode, targetClusterName, databasePrefix = DEFAULT_PREFIX }: WantedDrill,
  ): Promise<DrillTarget | undefined> {
    if (mode === 'decode') return undefined;
    if (targetClusterName === undefined) throw missingAttribute('targetClusterName');
    const { id, name, sourceKind } = await clusters.requireCluster(cluster.groupId, targetClusterName, transaction);
    if (sourceKind !== 'mongodb' || id === cluster.id) throw drillTargetInvalid(name);
    if (await table.isInUse(transaction, 'target_cluster_id', id)) throw drillInProgress(name);
    return { clusterId: id, clusterName: name, databasePrefix };
  }

  /** @throws ApiError `NO_SUCCESSFUL_EXPORT`, `DRILL_IN_PROGRESS`, and those of the target. */
  async function createWithin(transaction: Transaction, cluster: Cluster, wanted: WantedDrill): Promise<Drill> {
    if (await table.isInUse(transaction, 'cluster_id', cluster.id)) throw drillInProgress(cluster.name);
    const newest = await exportJobs.newestSuccessful(cluster.id, transaction);
    if (newest === undefined) throw nothingToDrill(cluster.name);
    const now = clock.now();
    const drill: Drill = {
      id: newId(now),
      groupId: cluster.groupId,
      clusterId: cluster.id,
      exportId: newest.id,
      snapshotId: newest.snapshotId,
      mode: wanted.mode,
      target: await targetOf(transaction, cluster, wanted),
      state: 'queued',
      createdAt: now,
      startedAt: undefined,
      finishedAt: undefined,
      signed: undefined,
    };
    await table.insertDrill(transaction, drill);
    await queue.enqueue(transaction, DRILL_EXPORT, { drillId: drill.id });
    return drill;
  }

  return {
    onEnd: (hook: EndHook): void => {
      endHooks.push(hook);
    },

    /** Runs the hooks of an ended drill. */
    ended: async (transaction: Transaction, id: Id): Promise<void> => {
      const drill = await table.selectDrill(transaction, id);
      if (drill === undefined) return;
      for (const hook of endHooks) await hook(transaction, drill);
    },

    create: async (groupId: Id, clusterName: string, wanted: WantedDrill): Promise<ShownDrill> =>
      await database.transaction().execute(async (transaction) => {
        const cluster = await clusters.requireCluster(groupId, clusterName, transaction);
        const drill = await createWithin(transaction, cluster, wanted);
        describeChange({ drillId: drill.id });
        return { drill, clusterName: cluster.name };
      }),

    find: async (groupId: Id, clusterName: string, id: Id): Promise<ShownDrill> => {
      const cluster = await clusters.requireClusterOfBackups(groupId, clusterName);
      const drill = await table.selectDrill(database, id);
      if (drill?.clusterId !== cluster.id) throw drillNotFound(id, cluster.name);
      return { drill, clusterName: cluster.name };
    },

    list: async (groupId: Id, clusterName: string, request: PageRequest): Promise<Page<ShownDrill>> => {
      const { id, name } = await clusters.requireClusterOfBackups(groupId, clusterName);
      return mapPage(await table.selectDrills(database, id, request), (drill) => ({ drill, clusterName: name }));
    },

    /** Sets the schedule of a cluster's drills. The first drill is made at once. */
    setSchedule: async (
      groupId: Id,
      clusterName: string,
      { intervalDays, ...wanted }: WantedDrill & { readonly intervalDays: number },
    ): Promise<DrillSchedule> =>
      await database.transaction().execute(async (transaction) => {
        const cluster = await clusters.requireCluster(groupId, clusterName, transaction);
        await targetOf(transaction, cluster, wanted);
        const schedule = { ...wanted, clusterId: cluster.id, intervalDays, nextAt: clock.now() };
        await table.putSchedule(transaction, schedule);
        return schedule;
      }),

    findSchedule: async (groupId: Id, clusterName: string): Promise<DrillSchedule> => {
      const cluster = await clusters.requireCluster(groupId, clusterName);
      const schedule = await table.selectSchedule(database, cluster.id);
      if (schedule === undefined) throw drillScheduleNotFound(cluster.name);
      return schedule;
    },

    removeSchedule: async (groupId: Id, clusterName: string): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        const cluster = await clusters.requireCluster(groupId, clusterName, transaction);
        await table.deleteSchedule(transaction, cluster.id);
      });
    },

    /** Creates the drill that a schedule asks for, and sets its next time. @throws ApiError if there is none to create. */
    drillOnSchedule: async (transaction: Transaction, schedule: DrillSchedule): Promise<void> => {
      const cluster = await clusters.requireClusterById(schedule.clusterId, transaction);
      await createWithin(transaction, cluster, schedule);
      await table.putSchedule(transaction, { ...schedule, nextAt: clock.now() + schedule.intervalDays * DAY_MS });
    },
  };
}
