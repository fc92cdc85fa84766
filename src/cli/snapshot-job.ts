import { AppError } from '../kernel/errors.ts';
import { describeBadValues } from './bad-values.ts';
import type { Session, Surroundings } from './command.ts';
import { describeConsistency } from './consistency.ts';
import { readSnapshot, type Snapshot } from './documents.ts';
import type { FoundCluster } from './find.ts';
import { formatBytes, formatCount, formatFacts } from './format.ts';
import { continues } from './interrupted.ts';
import { describeLeftOut, printable } from './left-out.ts';
import { createProgress, type ProgressState } from './progress.ts';
import { describeTrouble, type Trouble } from './trouble.ts';
import { watch } from './watch.ts';

/** The path of a snapshot in the extension API. */
export function snapshotPath({ extensionPath }: Session, { backup }: FoundCluster, id: string): string {
  return extensionPath(`${backup}/snapshots/${encodeURIComponent(id)}`);
}

/** Waits until the snapshot has completed or failed. */
export async function watchSnapshot(
  session: Session,
  cluster: FoundCluster,
  id: string,
  { terminal, clock, signal }: Surroundings,
): Promise<Snapshot> {
  return await watch({
    read: () => session.client.request(readSnapshot, 'GET', snapshotPath(session, cluster, id)),
    hasEnded: ({ status }) => status === 'completed' || status === 'failed',
    describe: snapshotProgress,
    progress: createProgress(terminal, 'snapshot', clock),
    signal,
    aftermath: continues(
      session,
      'snapshot',
      { clusterName: cluster.name, id },
      { 'snapshot watch': 'waits for it again' },
    ),
  });
}

function snapshotProgress({ status, progress, waiting, lastFailure }: Snapshot): ProgressState {
  if (progress === undefined) return { state: status, waiting, lastFailure };
  const { collections, totalCollections, documents, bytes, expectedBytes, newStoredBytes } = progress;
  const figures = { documents, bytes, totalBytes: expectedBytes, newStoredBytes };
  return { state: status, done: collections, total: totalCollections, figures, waiting, lastFailure };
}

/** What a snapshot waits for, or why it failed. */
export function snapshotTrouble({ waiting, lastFailure, failure }: Snapshot): Trouble {
  return { waiting, lastFailure, failed: failure?.message };
}

/** One line on a snapshot, and lines on what it does not hold and which moment it shows. */
export function summaryOfSnapshot({ name }: FoundCluster, snapshot: Snapshot): string {
  const { id, status, progress, leftOut = [], consistency } = snapshot;
  const read =
    status === 'completed' && progress !== undefined
      ? `, read ${formatBytes(progress.bytes)}, stored ${formatBytes(progress.newStoredBytes)} new`
      : '';
  const lines = [
    `Snapshot ${id} of ${name}: ${status}${read}`,
    ...describeLeftOut(leftOut),
    ...describeBadValues(snapshot),
    ...describeConsistency(consistency),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * All facts of a snapshot for people.
 * @param options.now in milliseconds since the Unix epoch.
 * @param options.columns the width of the terminal.
 */
export function factsOfSnapshot(
  { name }: FoundCluster,
  snapshot: Snapshot,
  { now, columns }: { readonly now: number; readonly columns: number | undefined },
): string {
  const { id, status, createdAt, requestedAt, completedAt, expiresAt, description = '', progress } = snapshot;
  const facts = formatFacts(
    [
      ['status', status],
      ['trouble', describeTrouble(snapshotTrouble(snapshot), now)],
      ['requested', requestedAt],
      ['taken', createdAt],
      ['completed', completedAt],
      ['kept until', expiresAt],
      ['description', printable(description)],
      ['read', progress && `${formatBytes(progress.bytes)}, ${formatCount(progress.documents, 'document')}`],
      ['collections', progress && `${progress.collections} of ${progress.totalCollections}`],
      ['stored new', progress && formatBytes(progress.newStoredBytes)],
      ['stored all', status === 'completed' ? formatBytes(snapshot.storageSizeBytes) : undefined],
    ],
    columns,
  );
  const lines = [
    ...describeLeftOut(snapshot.leftOut ?? []),
    ...describeBadValues(snapshot),
    ...describeConsistency(snapshot.consistency),
  ];
  return `Snapshot ${id} of ${name}\n${facts}${lines.map((line) => `${line}\n`).join('')}`;
}

/** @throws AppError `SNAPSHOT_FAILED`. The reason in its message says what to do. */
export function requireNotFailed({ name }: FoundCluster, { id, status, failure }: Snapshot): void {
  if (status !== 'failed') return;
  throw new AppError({
    code: 'SNAPSHOT_FAILED',
    message: `the snapshot ${id} of ${name} failed: ${failure?.message ?? 'no reason given'}`,
  });
}
