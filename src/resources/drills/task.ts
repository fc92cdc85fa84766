import { Type } from 'typebox';
import { ApiError } from '../../http/index.ts';
import { every, fenced, type JobContext, type JobHandler, type JobHandlers } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError, codeOf } from '../../kernel/errors.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { isDamage, type DrillResult } from '../../pipelines/drill/index.ts';
import type { Snapshot, SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { RestoreTarget } from '../../snapshot/targets/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { explainUnreadable, type ExportBuckets } from '../export-buckets/index.ts';
import type { ExportJob, ExportJobs } from '../export-jobs/index.ts';
import { ACTIVE_STATES, type Drill } from './model.ts';
import { reportText, type DrillEnd, type ReportFacts } from './report.ts';
import { DRILL_EXPORT, SCHEDULE_DRILLS, type DrillService } from './service.ts';
import type { DrillSigner } from './signing.ts';
import * as table from './table.ts';

const readPayload = jsonReader(Type.Object({ drillId: Type.String() }));

/** The interval of the search for drills that are due. It is short compared with their intervals, which are whole days. */
const SCHEDULE_INTERVAL_MS = 10 * 60_000;

/** The job's part of a drill. Composition adds the threads. */
export interface DrillRequest {
  readonly store: ObjectStore;
  readonly prefix: string;
  /** The bucket in errors. */
  readonly address: string;
  readonly snapshot: Snapshot | undefined;
  /** Where the export is restored, under names that begin with the prefix; absent: nowhere. */
  readonly scratch: { readonly target: RestoreTarget; readonly databasePrefix: string } | undefined;
  readonly signal: AbortSignal;
}

export interface TaskDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly product: string;
  readonly service: Pick<DrillService, 'drillOnSchedule' | 'ended'>;
  readonly signer: DrillSigner;
  readonly clusters: Pick<Clusters, 'requireClusterById' | 'openClusterTarget'>;
  readonly exportJobs: Pick<ExportJobs, 'exportById'>;
  readonly exportBuckets: Pick<ExportBuckets, 'requireExportBucket' | 'openStore'>;
  readonly repository: Pick<SnapshotRepository, 'openSnapshot'>;
  readonly runDrill: (request: DrillRequest) => Promise<DrillResult>;
}

export function createJobHandlers(deps: TaskDependencies): JobHandlers {
  return { [DRILL_EXPORT]: drillHandler(deps), [SCHEDULE_DRILLS]: scheduleHandler(deps) };
}

function drillHandler(deps: TaskDependencies): JobHandler {
  const { database, clock } = deps;
  return {
    async run(context) {
      const drill = await table.selectDrill(database, readPayload(context.payload).drillId);
      if (drill === undefined || !isActive(drill)) return;
      const startedAt = drill.startedAt ?? clock.now();
      await fenced(database, context, (transaction) => table.setInProgress(transaction, drill.id, startedAt));
      const job = await deps.exportJobs.exportById(drill.exportId);
      if (job === undefined) throw exportRemoved(drill.exportId);
      const snapshot = await findSnapshot(deps, drill, context.signal);
      const result = await drillOrDamage(deps, context, drill, job, snapshot);
      context.report({ documents: result.documents, problems: result.problems.length });
      const end = { result };
      await fenced(database, context, (transaction) =>
        conclude(deps, transaction, { ...drill, startedAt }, job, snapshot, end),
      );
    },

    async failed(transaction, payload, error) {
      const drill = await table.selectDrill(transaction, readPayload(payload).drillId);
      if (drill === undefined) return;
      const job = await deps.exportJobs.exportById(drill.exportId, transaction);
      await conclude(deps, transaction, drill, job, undefined, { notRun: failureReason(readable(error)) });
    },
  };
}

function isActive({ state }: Drill): boolean {
  return ACTIVE_STATES.some((active) => active === state);
}

/** Damage that shows before the first document, such as an object that is missing, ends the drill with a result, too. */
async function drillOrDamage(
  deps: TaskDependencies,
  context: JobContext,
  drill: Drill,
  job: ExportJob,
  snapshot: Snapshot | undefined,
): Promise<DrillResult> {
  const { signal } = context;
  const bucket = await deps.exportBuckets.requireExportBucket(drill.groupId, job.exportBucketId);
  const store = await deps.exportBuckets.openStore(bucket);
  const scratch = drill.target && {
    target: await deps.clusters.openClusterTarget(drill.target.clusterId),
    databasePrefix: drill.target.databasePrefix,
  };
  try {
    return await deps.runDrill({ store, prefix: job.prefix, address: bucket.bucketName, snapshot, scratch, signal });
  } catch (thrown) {
    signal.throwIfAborted();
    if (!isDamage(thrown)) throw readable(thrown);
    return { collections: [], documents: 0, problems: [thrown.message] };
  } finally {
    await scratch?.target.close();
  }
}

function readable(thrown: unknown): unknown {
  return explainUnreadable(thrown, { code: 'DRILL_BUCKET_UNREADABLE', reader: 'a drill' });
}

/** The snapshot of the export; undefined if it has expired or was deleted. */
async function findSnapshot(deps: TaskDependencies, drill: Drill, signal: AbortSignal): Promise<Snapshot | undefined> {
  try {
    return await deps.repository.openSnapshot(drill.snapshotId, { signal });
  } catch (thrown) {
    if (codeOf(thrown) === 'SNAPSHOT_NOT_FOUND') return undefined;
    throw thrown;
  }
}

function exportRemoved(id: string): AppError {
  return new AppError({ code: 'EXPORT_REMOVED', message: `the export ${id} was removed before it was drilled` });
}

/** Signs the report, and ends the drill with it. */
async function conclude(
  deps: TaskDependencies,
  transaction: Transaction,
  drill: Drill,
  job: ExportJob | undefined,
  snapshot: Snapshot | undefined,
  end: DrillEnd,
): Promise<void> {
  const finishedAt = deps.clock.now();
  const facts: ReportFacts = {
    drill,
    product: deps.product,
    clusterName: (await deps.clusters.requireClusterById(drill.clusterId, transaction)).name,
    bucketName: job === undefined ? '' : await bucketNameOf(deps, drill, job, transaction),
    prefix: job?.prefix ?? '',
    exportedAt: job?.createdAt ?? 0,
    snapshotTakenAt: snapshot?.header.startedAt,
    startedAt: drill.startedAt ?? finishedAt,
    finishedAt,
  };
  const { outcome, text } = reportText(facts, end);
  const signature = await deps.signer.sign(transaction, text);
  await table.setEnded(transaction, drill.id, finishedAt, { outcome, text, ...signature });
  await deps.service.ended(transaction, drill.id);
  deps.logger[outcome === 'passed' ? 'info' : 'error']('a drill has ended', { drillId: drill.id, outcome });
}

/** The name of the bucket, which may have been removed since. */
async function bucketNameOf(
  deps: TaskDependencies,
  drill: Drill,
  job: ExportJob,
  transaction: Transaction,
): Promise<string> {
  try {
    const bucket = await deps.exportBuckets.requireExportBucket(drill.groupId, job.exportBucketId, transaction);
    return bucket.bucketName;
  } catch (thrown) {
    if (thrown instanceof ApiError) return '';
    throw thrown;
  }
}

function scheduleHandler({ database, clock, service, logger }: TaskDependencies): JobHandler {
  return {
    nextRun: every(SCHEDULE_INTERVAL_MS),
    async run(context) {
      for (const schedule of await table.selectDueSchedules(database, clock.now())) {
        context.signal.throwIfAborted();
        try {
          await fenced(database, context, (transaction) => service.drillOnSchedule(transaction, schedule));
        } catch (thrown) {
          // A drill that is running, or a cluster without an export, is tried again at the next search.
          if (!(thrown instanceof ApiError)) throw thrown;
          logger.warn('a scheduled drill was not begun', { clusterId: schedule.clusterId, error: thrown });
        }
      }
    },
    failed: () => Promise.resolve(),
  };
}
