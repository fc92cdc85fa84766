import { Type } from 'typebox';
import { fenced, type JobContext, type JobHandler, type JobHandlers } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { Download } from '../../pipelines/download/index.ts';
import type { RestoreOptions, RestoreReport, RestoreState } from '../../pipelines/restore/index.ts';
import type { Snapshot } from '../../snapshot/repository/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { explainUnreadable } from '../export-buckets/index.ts';
import { isActive, replayOf, type RestoreJob, type RestoreTargetCluster } from './model.ts';
import { openSource, type SourceDependencies } from './open-source.ts';
import { createProgressRecorder } from './progress.ts';
import { RESTORE_SNAPSHOT } from './service.ts';
import * as table from './table.ts';

const readPayload = jsonReader(Type.Object({ restoreJobId: Type.String() }));

/** Atlas keeps a download for an hour, too. */
export const DOWNLOAD_MS = 60 * 60_000;

/** The job's part of a restore's options. Composition adds the threads. */
export type RestoreRequest = Omit<RestoreOptions, 'pool' | 'clock'> &
  Required<Pick<RestoreOptions, 'state' | 'onProgress'>>;

export interface TaskDependencies extends SourceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly clusters: Pick<Clusters, 'openClusterTarget'>;
  /** Resolves after the target has acknowledged everything, and what it holds was compared with the source. */
  readonly restore: (request: RestoreRequest) => Promise<RestoreReport>;
  readonly openDownload: (snapshot: Snapshot) => Download;
}

export function createJobHandlers(deps: TaskDependencies): JobHandlers {
  const { database, clock } = deps;
  const handler: JobHandler = {
    async run(context) {
      const job = await table.selectJob(database, readPayload(context.payload).restoreJobId);
      if (job === undefined || !isActive(job)) return;
      await fenced(database, context, (transaction) => table.setInProgress(transaction, job.id));
      await (job.target === undefined
        ? prepareDownload(deps, context, job)
        : restoreTo(deps, context, job, job.target));
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
  const { snapshotId } = job.source.kind === 'snapshot' ? job.source : noSnapshot(job.id);
  deps.openDownload(await deps.repository.openSnapshot(snapshotId, { signal: context.signal }));
  const expiresAt = deps.clock.now() + DOWNLOAD_MS;
  await fenced(deps.database, context, (transaction) => table.setDownloadable(transaction, job.id, expiresAt));
}

function noSnapshot(id: string): never {
  throw new Error(`the download ${id} has no snapshot`);
}

async function restoreTo(
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
    const { source, close } = await openSource(deps, job.source, signal);
    try {
      const earlier = await table.selectRecord(database, job.id);
      if (earlier?.source !== undefined && earlier.source !== source.identity) throw sourceChanged(source.description);
      const target = await deps.clusters.openClusterTarget(clusterId);
      try {
        const state: RestoreState = {
          earlier,
          save: (record) => save({ ...record, source: source.identity }),
          // The end of the job removes the record. Without it a later attempt would take its own documents for those of others.
          clear: () => Promise.resolve(),
        };
        const report = await deps.restore({ source, target, ifExists, ...howOf(job), state, onProgress, signal });
        context.report({ documents: report.documents, bytes: report.bytes, problems: report.problems.length });
        if (report.oplog?.warning !== undefined) context.report({ warning: report.oplog.warning });
        await fenced(database, context, (transaction) =>
          table.setRestored(transaction, job.id, { finishedAt: clock.now(), report }),
        );
      } finally {
        await target.close();
      }
    } finally {
      await close();
    }
  } catch (thrown) {
    const isOfBucket = job.source.kind === 'export';
    throw isOfBucket ? explainUnreadable(thrown, { code: 'RESTORE_BUCKET_UNREADABLE', reader: 'a restore' }) : thrown;
  } finally {
    await settle();
  }
}

/** What the job asks for, as options of a restore. */
function howOf(job: RestoreJob): Partial<RestoreOptions> {
  const { selection, isDryRun } = job;
  const oplog = replayOf(job);
  return {
    ...selection,
    dryRun: isDryRun,
    // An empty cluster that was backed up can be restored, as in Atlas.
    allowEmpty: selection === undefined,
    ...(oplog === undefined ? {} : { oplog }),
  };
}

function sourceChanged(source: string): AppError {
  return new AppError({
    code: 'RESTORE_SOURCE_CHANGED',
    message: `${source} was changed after the restore had begun, so the restore cannot go on where it was`,
    hint: 'Restore again, and say what happens to what was restored so far: --drop drops the collections first.',
  });
}
