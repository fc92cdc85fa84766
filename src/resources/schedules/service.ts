import { ApiError } from '../../http/index.ts';
import { fenced, type JobContext } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import { backupConfigNotFound, type Cluster, type Clusters } from '../clusters/index.ts';
import {
  augmented,
  faultOf,
  invalidBackupPolicy,
  policiesNotMeetingRequirements,
  rankOf,
  unfulfilled,
  type Compliance,
} from '../compliance/index.ts';
import { exportBucketInUse, type ExportBuckets } from '../export-buckets/index.ts';
import type { ExportJobs } from '../export-jobs/index.ts';
import { DEFAULT_RETENTION, type Snapshot, type Snapshots } from '../snapshots/index.ts';
import { defaultSchedule, type DefaultSchedule } from './default-schedule.ts';
import { extended } from './extra-retention.ts';
import type { Schedule } from './model.ts';
import { onDemandRetention } from './on-demand.ts';
import { due } from './planner.ts';
import { deletePromise } from './promises-table.ts';
import { revision } from './revision.ts';
import * as table from './table.ts';

/**
 * A clock that was set back by less than this time takes no moment twice. After a longer jump the clock was wrong before, and
 * snapshots must not wait until the wrong time comes.
 */
const CLOCK_JUMP_MS = 24 * 60 * 60_000;

/** The longest time between two looks at the schedules. */
export const LOOK_MS = 60_000;

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly clusters: Pick<Clusters, 'requireCluster' | 'requireClusterById' | 'onCreation' | 'onRemoval'>;
  readonly snapshots: Pick<Snapshots, 'takeScheduled' | 'reviseScheduled' | 'onCompletion' | 'addRetentionRule'>;
  readonly exportBuckets: Pick<ExportBuckets, 'requireExportBucket' | 'onRemoval'>;
  readonly exportJobs: Pick<ExportJobs, 'createWithin' | 'addPrefixRule'>;
  readonly compliance: Pick<Compliance, 'findPolicy' | 'onUpdate'>;
  /** The schedule of new clusters. */
  readonly defaultSchedule: DefaultSchedule;
}

export interface ClusterSchedule {
  readonly cluster: Cluster;
  readonly schedule: Schedule;
}

/** What a change does with the snapshots that were taken before. */
export interface OldSnapshots {
  /** Whether changed retentions apply to them, too. */
  readonly update: boolean;
  /** Whether those of removed policy items are removed. */
  readonly delete: boolean;
}

export type ScheduleService = ReturnType<typeof createService>;

export function createService(deps: ServiceDependencies) {
  const { database, clock, logger, clusters, snapshots, exportBuckets, exportJobs, compliance } = deps;

  /** @throws ApiError `CLUSTER_NOT_FOUND`, `BACKUP_CONFIG_NOT_FOUND` */
  async function find(groupId: Id, clusterName: string, within: Database = database): Promise<ClusterSchedule> {
    const cluster = await clusters.requireCluster(groupId, clusterName, within);
    const schedule = await table.selectSchedule(within, cluster.id);
    if (schedule === undefined) throw backupConfigNotFound(clusterName, groupId);
    return { cluster, schedule };
  }

  /**
   * Takes the snapshot that is due. Nothing changes while an earlier one of the schedule is not finished. What is due without
   * backups is not caught up later.
   */
  async function settle(transaction: Transaction, { cluster, schedule }: ClusterSchedule): Promise<Schedule> {
    const found = due(schedule, schedule.settledUntil, clock.now());
    if (found === undefined) return schedule;
    const [{ frequencyType, retention }] = found.items;
    const policyItemIds = found.items.map(({ id }) => id);
    const scheduledFor = { dueAt: found.at, frequencyType, policyItemIds };
    if (cluster.hasBackups) {
      const kept = extended(schedule, frequencyType, retention);
      const taken = await snapshots.takeScheduled(transaction, cluster, { scheduledFor, retention: kept });
      if (taken === undefined) return schedule;
    }
    const settled = { ...schedule, settledUntil: found.at };
    await table.updateSchedule(transaction, settled);
    return settled;
  }

  /** Checks a changed schedule and writes it. */
  async function write(
    transaction: Transaction,
    cluster: Cluster,
    before: Schedule,
    wanted: Schedule,
  ): Promise<Schedule> {
    await requireValid(transaction, cluster, wanted);
    // What a changed timetable would have asked for before now is not made up for.
    const settledUntil = hasSameTimes(before, wanted) ? wanted.settledUntil : clock.now();
    const schedule = { ...wanted, settledUntil };
    await table.updateSchedule(transaction, schedule);
    return schedule;
  }

  /** @throws ApiError `INVALID_BACKUP_POLICY`, `EXPORT_BUCKET_NOT_FOUND`, or that of the compliance policy */
  async function requireValid(transaction: Transaction, cluster: Cluster, schedule: Schedule): Promise<void> {
    const { items, restoreWindowDays } = schedule;
    const fault = faultOf(items, 'schedule');
    if (fault !== undefined) throw invalidBackupPolicy(fault);
    if (cluster.sourceKind === 'upload' && items.some(({ frequencyType }) => frequencyType !== 'ondemand')) {
      throw invalidBackupPolicy('the cluster has no source that a schedule could read, because its archives are sent');
    }
    if (schedule.autoExportEnabled && schedule.export === undefined) {
      throw invalidBackupPolicy('autoExportEnabled needs export with exportBucketId and frequencyType');
    }
    if (schedule.export !== undefined) {
      await exportBuckets.requireExportBucket(schedule.groupId, schedule.export.exportBucketId, transaction);
    }
    const policy = await compliance.findPolicy(schedule.groupId, transaction);
    const missing = policy === undefined ? [] : unfulfilled(policy, { items, restoreWindowDays });
    if (missing.length > 0) throw policiesNotMeetingRequirements(missing.join(', '));
  }

  /** Exports a completed snapshot in the transaction that completes it, so that it is exported once. */
  async function exportCompleted(transaction: Transaction, snapshot: Snapshot): Promise<void> {
    const { scheduledFor } = snapshot;
    const schedule = scheduledFor && (await table.selectSchedule(transaction, snapshot.clusterId));
    if (scheduledFor === undefined || schedule?.export === undefined || !schedule.autoExportEnabled) return;
    const { exportBucketId, frequencyType } = schedule.export;
    // A snapshot of a less frequent item counts for the more frequent ones, too.
    if (rankOf(scheduledFor.frequencyType) < rankOf(frequencyType)) return;
    const cluster = await clusters.requireClusterById(snapshot.clusterId, transaction);
    try {
      await exportJobs.createWithin(transaction, cluster, snapshot, { exportBucketId, customData: [] });
    } catch (thrown) {
      // The snapshot is complete, whether it can be exported or not.
      if (!(thrown instanceof ApiError)) throw thrown;
      logger.error('a snapshot of a schedule cannot be exported', { snapshotId: snapshot.id, error: thrown });
    }
  }

  clusters.onCreation(async (transaction, cluster) => {
    const schedule = defaultSchedule(cluster, deps.defaultSchedule);
    const policy = await compliance.findPolicy(cluster.groupId, transaction);
    await table.insertSchedule(
      transaction,
      policy === undefined ? schedule : raised(schedule, policy, cluster.createdAt),
    );
  });
  // The cluster may stay for its backups, but it has nothing to take snapshots of.
  clusters.onRemoval(async (transaction, { id }) => {
    await table.deleteSchedule(transaction, id);
    await deletePromise(transaction, id);
  });
  compliance.onUpdate(async (transaction, policy, { overwrite }) => {
    for (const schedule of await table.selectSchedulesOfGroup(transaction, policy.groupId)) {
      const { items, restoreWindowDays, clusterId } = schedule;
      const missing = unfulfilled(policy, { items, restoreWindowDays });
      const cluster = await clusters.requireClusterById(clusterId, transaction);
      if (missing.length === 0 || cluster.sourceKind === 'upload') continue;
      if (!overwrite) throw policiesNotMeetingRequirements(`${cluster.name}: ${missing.join(', ')}`);
      const settled = await settle(transaction, { cluster, schedule });
      await write(transaction, cluster, settled, raised(settled, policy, clock.now()));
    }
  });
  snapshots.addRetentionRule(async (transaction, cluster, wanted) => {
    const schedule = await table.selectSchedule(transaction, cluster.id);
    const retention = onDemandRetention(wanted, schedule, await compliance.findPolicy(cluster.groupId, transaction));
    return schedule === undefined ? retention : extended(schedule, 'ondemand', retention ?? DEFAULT_RETENTION);
  });
  snapshots.onCompletion(exportCompleted);
  exportJobs.addPrefixRule(async (within, clusterId) => {
    const schedule = await table.selectSchedule(within, clusterId);
    return schedule?.useOrgAndGroupNamesInExportPrefix === true;
  });
  exportBuckets.onRemoval(async (transaction, { id }) => {
    for (const schedule of await table.selectSchedulesOfBucket(transaction, id)) {
      // A schedule that was deleted keeps its flags and takes no snapshots, so nothing of it is exported any more. Terraform deletes
      // the bucket after the schedule.
      if (!schedule.autoExportEnabled || schedule.items.length === 0) {
        await table.updateSchedule(transaction, { ...schedule, export: undefined, autoExportEnabled: false });
        continue;
      }
      const { name } = await clusters.requireClusterById(schedule.clusterId, transaction);
      throw exportBucketInUse(
        id,
        `The schedule of the cluster ${name} exports to it. Set autoExportEnabled of that schedule to false first.`,
      );
    }
  });

  return {
    find,

    update: async (
      groupId: Id,
      clusterName: string,
      change: (present: Schedule) => Schedule,
      old: OldSnapshots,
    ): Promise<ClusterSchedule> =>
      await database.transaction().execute(async (transaction) => {
        const { cluster, schedule: present } = await find(groupId, clusterName, transaction);
        const before = await settle(transaction, { cluster, schedule: present });
        const schedule = await write(transaction, cluster, before, change(before));
        if (old.update || old.delete) {
          const revise = revision(before.items, schedule.items, old);
          await snapshots.reviseScheduled(transaction, cluster.id, (snapshot) => {
            const change = revise(snapshot);
            const { frequencyType } = snapshot.scheduledFor ?? {};
            if (frequencyType === undefined || change === undefined || change === 'remove') return change;
            return extended(schedule, frequencyType, change);
          });
        }
        return { cluster, schedule };
      }),

    /** Takes the snapshots that are due, each in a transaction with its job. @returns their number. */
    takeDue: async (context: Pick<JobContext, 'fence' | 'signal'>): Promise<number> => {
      const settledBefore = clock.now() + CLOCK_JUMP_MS;
      let taken = 0;
      for (const id of await table.selectClustersToLookAt(database, { now: clock.now(), settledBefore })) {
        context.signal.throwIfAborted();
        await fenced(database, context, async (transaction) => {
          const stored = await table.selectSchedule(transaction, id);
          if (stored === undefined) return;
          const isAhead = stored.settledUntil > settledBefore;
          if (isAhead) logger.warn('the clock was set back, and a schedule begins anew', { clusterId: id });
          // A moment may have passed since the last look, which was less than a minute ago.
          const schedule = isAhead ? { ...stored, settledUntil: clock.now() - LOOK_MS } : stored;
          if (isAhead) await table.updateSchedule(transaction, schedule);
          const cluster = await clusters.requireClusterById(id, transaction);
          const settled = await settle(transaction, { cluster, schedule });
          if (settled !== schedule && cluster.hasBackups) taken++;
        });
      }
      return taken;
    },
  };
}

function hasSameTimes(one: Schedule, other: Schedule): boolean {
  const times = ({ items, referenceHourOfDay, referenceMinuteOfHour }: Schedule): string =>
    JSON.stringify([
      referenceHourOfDay,
      referenceMinuteOfHour,
      items.map(({ frequencyType, frequencyInterval }) => [frequencyType, frequencyInterval]).toSorted(),
    ]);
  return times(one) === times(other);
}

/** Raises a schedule to a compliance policy. */
function raised(schedule: Schedule, policy: Parameters<typeof augmented>[0], nowMs: number): Schedule {
  const restoreWindowDays = policy.pitEnabled
    ? Math.max(schedule.restoreWindowDays, policy.restoreWindowDays)
    : schedule.restoreWindowDays;
  return { ...schedule, restoreWindowDays, items: augmented(policy, schedule.items, () => newId(nowMs)) };
}
