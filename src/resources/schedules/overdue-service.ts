import { fenced, type JobContext } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { Cluster, Clusters } from '../clusters/index.ts';
import type { ExportJob, ExportJobs } from '../export-jobs/index.ts';
import type { Snapshots } from '../snapshots/index.ts';
import type { Schedule } from './model.ts';
import type { Timetable } from './planner.ts';
import { overdueMoment, promisedTimetable, type LastExport } from './overdue.ts';
import {
  deletePromise,
  putPromise,
  selectOverdue,
  selectPromise,
  selectPromisedClusters,
  type ExportPromise,
} from './promises-table.ts';
import { selectAllSchedules, selectSchedule } from './table.ts';

export interface OverdueDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly clusters: Pick<Clusters, 'requireClusterById' | 'listOfProjects'>;
  readonly snapshots: Pick<Snapshots, 'requestedAt'>;
  readonly exportJobs: Pick<ExportJobs, 'newestSuccessful'>;
}

/** The times of a timetable as a text. Retentions promise nothing. */
function timesOf({ items, referenceHourOfDay, referenceMinuteOfHour }: Timetable): string {
  const times = items.map(({ frequencyType, frequencyInterval }) => `${frequencyType} ${frequencyInterval}`);
  return JSON.stringify([referenceHourOfDay, referenceMinuteOfHour, ...times.toSorted()]);
}

/** An export that a schedule promised and that is missing. */
export interface OverdueExport {
  readonly cluster: Cluster;
  /** The moment for which it was promised, in milliseconds since the Unix epoch. */
  readonly dueAt: number;
  /** The last successful export of the cluster. */
  readonly last: ExportJob | undefined;
}

/** Runs in the transaction that notes that an export is overdue: once, until an export succeeds. */
export type OverdueHook = (transaction: Transaction, overdue: OverdueExport) => Promise<void>;

/** Looks for overdue exports. */
export interface OverdueService {
  readonly hooks: OverdueHook[];
  /** Looks at all schedules that promise exports or did, each in a transaction. */
  look(context: Pick<JobContext, 'fence' | 'signal'>): Promise<void>;
  /** Returns the exports of a project that were overdue at the last look and still are, by the age of their clusters. */
  list(groupId: Id): Promise<readonly OverdueExport[]>;
}

export function createOverdueService(deps: OverdueDependencies): OverdueService {
  const { database, clock, logger, clusters, exportJobs } = deps;
  const hooks: OverdueHook[] = [];

  async function lookAt(transaction: Transaction, schedule: Schedule): Promise<void> {
    const { clusterId } = schedule;
    const timetable = promisedTimetable(schedule);
    const known = await selectPromise(transaction, clusterId);
    if (timetable === undefined) {
      if (known !== undefined) await deletePromise(transaction, clusterId);
      return;
    }
    const now = clock.now();
    const text = timesOf(timetable);
    const promise =
      known?.timetable === text ? known : { clusterId, timetable: text, promisedSince: now, overdueSince: undefined };
    const { dueAt, last } = await missing(transaction, promise, timetable);
    if (promise === known && promise.overdueSince === dueAt) return;
    await putPromise(transaction, { ...promise, overdueSince: dueAt });
    // Told once, although the export of a later moment may be overdue by now, too.
    if (dueAt === undefined || promise.overdueSince !== undefined) return;
    const cluster = await clusters.requireClusterById(clusterId, transaction);
    logger.warn('an export is overdue', { clusterName: cluster.name, dueAt: new Date(dueAt).toISOString() });
    for (const hook of hooks) await hook(transaction, { cluster, dueAt, last });
  }

  /** The moment whose export is overdue now, if any, and the last export that there is. */
  async function missing(
    within: Database,
    { clusterId, promisedSince }: ExportPromise,
    timetable: Timetable,
  ): Promise<{ readonly dueAt: number | undefined; readonly last: ExportJob | undefined }> {
    const last = await exportJobs.newestSuccessful(clusterId, within);
    const facts = { promisedSince, last: await factsOf(within, last), now: clock.now() };
    return { dueAt: overdueMoment(timetable, facts), last };
  }

  async function factsOf(within: Database, last: ExportJob | undefined): Promise<LastExport | undefined> {
    if (last === undefined) return undefined;
    // A snapshot that has expired leaves the time of its export.
    const takenAt = (await deps.snapshots.requestedAt(last.snapshotId, within)) ?? last.createdAt;
    return { takenAt, finishedAt: last.finishedAt ?? last.createdAt };
  }

  return {
    hooks,
    async look(context) {
      const promised = await selectPromisedClusters(database);
      for (const schedule of await selectAllSchedules(database)) {
        context.signal.throwIfAborted();
        // Every new cluster has a schedule, and most of them export nothing.
        if (promisedTimetable(schedule) === undefined && !promised.has(schedule.clusterId)) continue;
        await fenced(database, context, (transaction) => lookAt(transaction, schedule));
      }
    },

    async list(groupId) {
      const overdue: OverdueExport[] = [];
      const promises = new Map((await selectOverdue(database, groupId)).map((promise) => [promise.clusterId, promise]));
      if (promises.size === 0) return overdue;
      for (const cluster of await clusters.listOfProjects([groupId])) {
        const promise = promises.get(cluster.id);
        const schedule = promise && (await selectSchedule(database, cluster.id));
        const timetable = schedule && promisedTimetable(schedule);
        if (timetable === undefined || promise?.timetable !== timesOf(timetable)) continue;
        const { dueAt, last } = await missing(database, promise, timetable);
        if (dueAt !== undefined) overdue.push({ cluster, dueAt, last });
      }
      return overdue;
    },
  };
}
