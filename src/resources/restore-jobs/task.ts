import { Type } from 'typebox';
import { fenced, type JobContext, type JobHandler, type JobHandlers } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { Download } from '../../pipelines/download/index.ts';
import type {
  IfExists,
  OplogReplay,
  RestoreProgress,
  RestoreReport,
  RestoreState,
} from '../../pipelines/restore/index.ts';
import type { Snapshot, SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { RestoreTarget } from '../../snapshot/targets/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { isActive, replayOf, type RestoreJob, type RestoreTargetCluster } from './model.ts';
import { createProgressRecorder } from './progress.ts';
import { RESTORE_SNAPSHOT } from './service.ts';
import * as table from './table.ts';

const readPayload = jsonReader(Type.Object({ restoreJobId: Type.String() }));

/** Atlas keeps a download for an hour, too. */
export const DOWNLOAD_MS = 60 * 60_000;

/** The job's part of a restore's options. Composition adds the threads. */
export interface RestoreRequest {
  readonly snapshot: Snapshot;
  readonly target: RestoreTarget;
  readonly ifExists: IfExists;
  /** Absent: the oplog is not applied. */
  readonly oplog?: OplogReplay;
  readonly state: RestoreState;
  readonly onProgress: (progress: RestoreProgress) => void;
  readonly signal: AbortSignal;
}

export interface TaskDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly clusters: Pick<Clusters, 'openClusterTarget'>;
  readonly repository: Pick<SnapshotRepository, 'openSnapshot'>;
  /** Resolves after the target has acknowledged everything, and what it holds was compared with the snapshot. */
  readonly restoreSnapshot: (request: RestoreRequest) => Promise<RestoreReport>;
  readonly openDownload: (snapshot: Snapshot) => Download;
}

export function createJobHandlers(deps: TaskDependencies): JobHandlers {
  const { database, clock } = deps;
  const handler: JobHandler = {
    async run(context) {
      const job = await table.selectJob(database, readPayload(context.payload).restoreJobId);
      if (job === undefined || !isActive(job)) return;
      await fenced(database, context, (transaction) => table.setInProgress(transaction, job.id));
      await (job.target === undefined ? prepareDownload(deps, context, job) : restore(deps, context, job, job.target));
    },

    async failed(transaction, payload, error) {
      await table.setFailed(transaction, readPayload(payload).restoreJobId, {
        finishedAt: clock.now(),
        ...failureReason(error),
      });
    },
  };
  return { [RESTORE_SNAPSHOT]: handler };
}

/** Looks whether the download can be made, because a link that fails would tell its reader nothing. */
async function prepareDownload(deps: TaskDependencies, context: JobContext, job: RestoreJob): Promise<void> {
  deps.openDownload(await deps.repository.openSnapshot(job.snapshotId, { signal: context.signal }));
  const expiresAt = deps.clock.now() + DOWNLOAD_MS;
  await fenced(deps.database, context, (transaction) => table.setDownloadable(transaction, job.id, expiresAt));
}

async function restore(
  deps: TaskDependencies,
  context: JobContext,
  job: RestoreJob,
  { clusterId, ifExists }: RestoreTargetCluster,
): Promise<void> {
  const { database, clock } = deps;
  const { signal } = context;
  const fence = (transaction: Transaction): Promise<void> => context.fence(transaction);
  const { onProgress, save, settle } = createProgressRecorder({ database, clock, jobId: job.id, fence });
  try {
    const snapshot = await deps.repository.openSnapshot(job.snapshotId, { signal });
    const target = await deps.clusters.openClusterTarget(clusterId);
    try {
      const earlier = await table.selectRecord(database, job.id);
      // The end of the job removes the record. Without it a later attempt would take its own documents for those of others.
      const state = { earlier, save, clear: () => Promise.resolve() };
      const oplog = replayOf(job);
      const how = { ifExists, ...(oplog === undefined ? {} : { oplog }) };
      const report = await deps.restoreSnapshot({ snapshot, target, ...how, state, onProgress, signal });
      context.report({ documents: report.documents, bytes: report.bytes, problems: report.problems.length });
      if (report.oplog?.warning !== undefined) context.report({ warning: report.oplog.warning });
      await fenced(database, context, (transaction) =>
        table.setRestored(transaction, job.id, { finishedAt: clock.now(), report }),
      );
    } finally {
      await target.close();
    }
  } finally {
    await settle();
  }
}
