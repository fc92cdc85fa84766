import { AppError } from '../kernel/errors.ts';
import type { Session } from './command.ts';
import { readRestoreJob, type RestoreJob } from './documents.ts';
import type { FoundCluster } from './find.ts';
import { formatBytes, formatCount, formatFacts } from './format.ts';
import { continues, type Aftermath } from './interrupted.ts';
import { printable } from './left-out.ts';
import type { Progress, ProgressState } from './progress.ts';
import { describeTrouble, type Trouble } from './trouble.ts';
import { watch } from './watch.ts';

/** The path of the restore jobs of a cluster, in both APIs. */
export function restoreJobsPath({ backup }: Pick<FoundCluster, 'backup'>): string {
  return `${backup}/restoreJobs`;
}

/** The path of a restore job, in both APIs. */
export function restoreJobPath(cluster: Pick<FoundCluster, 'backup'>, id: string): string {
  return `${restoreJobsPath(cluster)}/${encodeURIComponent(id)}`;
}

/** Whether a job has not ended. */
export function isActive({ state }: Pick<RestoreJob, 'state'>): boolean {
  return state === 'queued' || state === 'inProgress';
}

interface WatchOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Absent for a download, which the command withdraws. */
  readonly aftermath?: Aftermath;
}

/** What a user is told who stops waiting for a restore to a cluster. */
export function restoreContinues(session: Session, { name: clusterName }: FoundCluster, id: string): Aftermath {
  const verbs = { 'restore-job watch': 'waits for it again', 'restore-job cancel': 'cancels it' };
  return continues(session, 'restore job', { clusterName, id }, verbs);
}

/** Waits until a restore job has ended. @throws AppError, and `RefusedError` */
export async function watchRestoreJob(
  { client, extensionPath }: Session,
  cluster: FoundCluster,
  id: string,
  { progress, signal, aftermath }: WatchOptions,
): Promise<RestoreJob> {
  return await watch({
    read: () => client.request(readRestoreJob, 'GET', extensionPath(restoreJobPath(cluster, id))),
    hasEnded: (job) => !isActive(job),
    describe: restoreJobProgress,
    progress,
    signal,
    aftermath,
  });
}

function restoreJobProgress(job: RestoreJob): ProgressState {
  const { state, progress, report, waiting, lastFailure } = job;
  if (isActive(job))
    return { ...(progress === undefined ? { state } : restoreProgress(progress)), waiting, lastFailure };
  // The progress of a job that has ended is that of the last look at it while it ran.
  return { state, figures: report && { documents: report.documents, bytes: report.bytes } };
}

/** The progress of a restore, by a server or without one, for the progress bar. */
export function restoreProgress(progress: NonNullable<RestoreJob['progress']>): ProgressState {
  const { phase, collections, totalCollections, ...figures } = progress;
  return { state: phase, done: collections, total: totalCollections, figures };
}

/** What a restore job waits for, or why it failed. A cancelled job is in no trouble. */
export function restoreJobTrouble({ state, waiting, lastFailure, stateReason }: RestoreJob): Trouble {
  return { waiting, lastFailure, failed: state === 'failed' ? (stateReason?.message ?? 'no reason given') : undefined };
}

/** What is restored: the id of a snapshot, or the address of an export or of a dump. */
export function sourceOfRestoreJob({ source }: RestoreJob): string {
  return printable(source?.snapshotId ?? source?.address ?? '');
}

/** The cluster that is written to, or `download`. */
export function targetOfRestoreJob({ targetClusterName, deliveryType }: RestoreJob): string {
  return targetClusterName ?? deliveryType ?? '';
}

/** One line: how a restore job ended. */
export function summaryOfRestoreJob({ name }: FoundCluster, job: RestoreJob): string {
  const { id, state, report, dryRun } = job;
  const made = dryRun === true ? undefined : (report ?? job.progress);
  const restored =
    made === undefined
      ? ''
      : `, ${formatCount(made.documents, 'document')}, ${formatBytes(made.bytes)} to ${targetOfRestoreJob(job)}`;
  return `Restore job ${id} of ${name}: ${state}${restored}\n`;
}

/**
 * All facts of a restore job for people.
 * @param options.now in milliseconds since the Unix epoch.
 * @param options.columns the width of the terminal.
 */
export function factsOfRestoreJob(
  { name }: FoundCluster,
  job: RestoreJob,
  { now, columns }: { readonly now: number; readonly columns: number | undefined },
): string {
  const { id, state, createdAt, finishedAt, expiresAt, dryRun, ifExists, progress } = job;
  const facts = formatFacts(
    [
      ['state', state],
      ['trouble', describeTrouble(restoreJobTrouble(job), now)],
      ['created', createdAt],
      ['finished', finishedAt],
      ['link until', expiresAt],
      ['source', sourceOfRestoreJob(job)],
      ['target', targetOfRestoreJob(job)],
      ['if exists', ifExists],
      ['dry run', dryRun === true ? 'yes, nothing is changed' : undefined],
      ['phase', isActive(job) ? progress?.phase : undefined],
      ['collections', collectionsText(job)],
      ['done', doneText(job)],
    ],
    columns,
  );
  return `Restore job ${id} of ${name}\n${facts}`;
}

/** The report counts all. The progress is that of the last look at a job that runs. */
function collectionsText({ report, progress }: RestoreJob): string | undefined {
  if (report !== undefined) return String(report.collections.length);
  return progress && `${progress.collections} of ${progress.totalCollections}`;
}

function doneText({ report, progress, dryRun }: RestoreJob): string | undefined {
  if (dryRun === true) return undefined;
  if (report !== undefined) return `${formatBytes(report.bytes)}, ${formatCount(report.documents, 'document')}`;
  if (progress === undefined) return undefined;
  const { bytes, totalBytes, documents } = progress;
  return `${formatBytes(bytes)} of ${formatBytes(totalBytes)}, ${formatCount(documents, 'document')}`;
}

/** @throws AppError `RESTORE_FAILED`. The reason in its message says what to do. */
export function requireCompleted({ id, state, stateReason }: RestoreJob): void {
  if (state === 'completed') return;
  throw new AppError({
    code: 'RESTORE_FAILED',
    message: `the restore job ${id} is ${state}: ${stateReason?.message ?? 'no reason given'}`,
  });
}
