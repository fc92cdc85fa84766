import { AppError } from '../kernel/errors.ts';
import type { RepositoryCheckProgress, RepositoryReport } from '../pipelines/repository-check/index.ts';
import { formatBytes, formatCount } from './format.ts';
import type { ProgressState } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** The progress of a check of the repository, for the progress bar. */
export function checkProgress({ blocks, totalBlocks, ...figures }: RepositoryCheckProgress): ProgressState {
  return { state: 'reading', done: blocks, total: totalBlocks, unit: 'blocks', figures };
}

/** The report for people. */
export function repositoryReportText(terminal: Terminal, report: RepositoryReport): string {
  const { readData, snapshots, blocks, damagedManifests, hurtSnapshots, damagedBlocks, orphanBlocks } = report;
  const isGood = damagedManifests.length === 0 && hurtSnapshots.length === 0;
  const mark = isGood ? terminal.paint(terminal.out, 'green', 'ok ') : terminal.paint(terminal.out, 'red', 'BAD');
  const how = readData
    ? 'every block was read'
    : 'names and sizes of blocks were compared (--read-data reads the blocks)';
  const lines = [`${mark} ${formatCount(snapshots, 'snapshot')}, ${formatCount(blocks, 'block')}: ${how}`];
  for (const { snapshotId, problem } of damagedManifests) lines.push(`    snapshot ${snapshotId}: ${problem}`);
  for (const { snapshotId, clusterName, collections } of hurtSnapshots) {
    for (const { database, name, blocks: hurt } of collections) {
      const lacks = `lacks ${formatCount(hurt.length, 'block')} of ${database}.${name}`;
      lines.push(`    snapshot ${snapshotId} of ${clusterName} ${lacks}`);
    }
  }
  for (const { problem } of damagedBlocks) lines.push(`    ${problem}`);
  if (orphanBlocks.length > 0) {
    const bytes = orphanBlocks.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    lines.push(
      `    ${formatCount(orphanBlocks.length, 'block')} (${formatBytes(bytes)}) that no snapshot names: no damage; the server ` +
        'frees what deletions left',
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** @throws AppError `REPOSITORY_DAMAGED` */
export function requireUndamaged({ damagedManifests, hurtSnapshots }: RepositoryReport): void {
  const manifests = damagedManifests.length;
  const clusters = [...new Set(hurtSnapshots.map(({ clusterName }) => clusterName))];
  if (manifests === 0 && clusters.length === 0) return;
  const hints = [
    ...(clusters.length === 0
      ? []
      : [
          `Take a new snapshot of ${clusters.join(', ')} and check again: a capture stores a damaged or missing block anew where the ` +
            'data is still the same, which mends the older snapshots too.',
        ]),
    ...(manifests === 0
      ? []
      : [
          'A damaged manifest cannot be mended: restore it from a backup, or delete its snapshot. No space is freed until then.',
        ]),
    'Find out what damaged the disk or bucket.',
  ];
  throw new AppError({
    code: 'REPOSITORY_DAMAGED',
    message: `damaged: ${formatCount(manifests + hurtSnapshots.length, 'snapshot')} of the repository`,
    hint: hints.join(' '),
  });
}
