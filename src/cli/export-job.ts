import { AppError } from '../kernel/errors.ts';
import type { Session, Surroundings } from './command.ts';
import { readExportJob, type ExportJob } from './documents.ts';
import type { FoundCluster } from './find.ts';
import { formatBytes, formatCount, formatFacts } from './format.ts';
import { continues } from './interrupted.ts';
import { createProgress, type ProgressState } from './progress.ts';
import { describeTrouble, type Trouble } from './trouble.ts';
import { watch } from './watch.ts';

/** The path of an export in the extension API. */
export function exportPath({ extensionPath }: Session, { backup }: FoundCluster, id: string): string {
  return extensionPath(`${backup}/exports/${encodeURIComponent(id)}`);
}

export const exportHasEnded = ({ state }: Pick<ExportJob, 'state'>): boolean =>
  ['Successful', 'Failed', 'Cancelled'].includes(state);

/** The progress of an export job, for the progress bar. */
export function exportProgress({ state, exportStatus, progress, waiting, lastFailure }: ExportJob): ProgressState {
  const { exportedCollections, totalCollections } = exportStatus ?? {};
  const counted =
    exportedCollections === undefined || totalCollections === undefined
      ? {}
      : { done: exportedCollections, total: totalCollections };
  return { state, ...counted, figures: progress, waiting, lastFailure };
}

/** Starts the export of a snapshot. */
export async function startExport(
  { client, path }: Session,
  { backup }: FoundCluster,
  body: { readonly snapshotId: string; readonly exportBucketId: string },
): Promise<ExportJob> {
  return await client.request(readExportJob, 'POST', path(`${backup}/exports`), body);
}

/** Waits until the export has ended. */
export async function watchExport(
  session: Session,
  cluster: FoundCluster,
  id: string,
  { terminal, clock, signal }: Surroundings,
): Promise<ExportJob> {
  return await watch({
    read: () => session.client.request(readExportJob, 'GET', exportPath(session, cluster, id)),
    hasEnded: exportHasEnded,
    describe: exportProgress,
    progress: createProgress(terminal, 'export', clock),
    signal,
    aftermath: continues(
      session,
      'export',
      { clusterName: cluster.name, id },
      { 'export watch': 'waits for it again', 'export cancel': 'cancels it' },
    ),
  });
}

/** What an export waits for, or why it did not succeed. A cancelled export is in no trouble. */
export function exportTrouble({ state, waiting, lastFailure, stateReason }: ExportJob): Trouble {
  return { waiting, lastFailure, failed: state === 'Failed' ? (stateReason?.message ?? 'no reason given') : undefined };
}

/** Two lines: how an export ended, and where it is. */
export function summaryOfExport({ name }: FoundCluster, { id, state, prefix, progress }: ExportJob): string {
  const { objects, objectBytes = 0 } = progress ?? {};
  const written =
    state === 'Successful' && progress !== undefined && objects !== undefined
      ? `, ${formatCount(objects, 'object')}, ${formatCount(progress.documents, 'document')}, ${formatBytes(objectBytes)}`
      : '';
  return `Export ${id} of ${name}: ${state}${written}\n${prefix}\n`;
}

/**
 * All facts of an export for people.
 * @param options.bucket the name of the bucket.
 * @param options.now in milliseconds since the Unix epoch.
 * @param options.columns the width of the terminal.
 */
export function factsOfExport(
  { name }: FoundCluster,
  job: ExportJob,
  { bucket, now, columns }: { readonly bucket: string; readonly now: number; readonly columns: number | undefined },
): string {
  const { id, state, createdAt, finishedAt, snapshotId, prefix, exportStatus, progress } = job;
  const { exportedCollections = 0, totalCollections = 0 } = exportStatus ?? {};
  const facts = formatFacts(
    [
      ['state', state],
      ['trouble', describeTrouble(exportTrouble(job), now)],
      ['reason', state === 'Cancelled' ? job.stateReason?.message : undefined],
      ['created', createdAt],
      ['finished', finishedAt],
      ['snapshot', snapshotId],
      ['bucket', bucket],
      ['prefix', prefix],
      ['collections', totalCollections === 0 ? undefined : `${exportedCollections} of ${totalCollections}`],
      ['exported', progress && exportedText(progress)],
      ['written', progress?.objects === undefined ? undefined : writtenText(progress.objects, progress.objectBytes)],
    ],
    columns,
  );
  return `Export ${id} of ${name}\n${facts}`;
}

function exportedText({ bytes, totalBytes, documents }: NonNullable<ExportJob['progress']>): string {
  return `${formatBytes(bytes)} of ${formatBytes(totalBytes)}, ${formatCount(documents, 'document')}`;
}

function writtenText(objects: number, bytes = 0): string {
  return `${formatCount(objects, 'object')}, ${formatBytes(bytes)}`;
}

/** @throws AppError `EXPORT_FAILED` if it has failed or was cancelled. The reason in its message says what to do. */
export function requireSuccess({ name }: FoundCluster, { id, state, stateReason }: ExportJob): void {
  if (state !== 'Failed' && state !== 'Cancelled') return;
  const { errorCode, message } = stateReason ?? {};
  throw new AppError({
    code: 'EXPORT_FAILED',
    message: `the export ${id} of ${name} is ${state}: ${message ?? errorCode ?? 'no reason given'}`,
    hint: 'The bucket holds no .complete for this export.',
  });
}
