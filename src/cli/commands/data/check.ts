import { resolveSettings } from '../../../app/config.ts';
import type { DataReport } from '../../../app/data/check.ts';
import { statOf } from '../../../app/read-file.ts';
import { AppError } from '../../../kernel/errors.ts';
import { addExamples, addOptions, flagsOf, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { directoryNotFound } from '../../errors.ts';
import { formatCount } from '../../format.ts';
import { createProgress } from '../../progress.ts';
import { checkProgress, repositoryReportText, requireUndamaged } from '../../repository-report.ts';
import type { Terminal } from '../../terminal.ts';

export const addDataCheck: AddCommand = (parent, { terminal, clock, signal, environment }) => {
  const command = parent
    .command('check')
    .description(
      'check a data directory or a backup of one: metadata, key, and the snapshots in its repository; changes nothing, and may run beside a server',
    )
    .argument('[directory]', 'the directory; absent: that of --data-dir')
    .option('--read-data', 'read, unpack and hash every block; otherwise names and sizes are compared')
    .option('--json', 'print the report as JSON')
    .action(async (directory: string | undefined) => {
      const settings = resolveSettings(flagsOf(command), environment);
      const dataDir = directory ?? settings.dataDir;
      if (statOf(dataDir) === undefined) throw directoryNotFound(dataDir);
      const given: Readonly<Record<string, unknown>> = command.opts();
      const { checkData } = await import('../../../app/data/check.ts');
      const progress = createProgress(terminal, 'check', clock);
      let report: DataReport;
      try {
        report = await checkData({
          dataDir,
          clock,
          signal,
          encryptionKey: settings.encryptionKey,
          readData: given['readData'] === true,
          onProgress: (step) => progress.update(checkProgress(step)),
        });
      } finally {
        progress.end();
      }
      if (wantsJson(command)) printJson(terminal, report);
      else terminal.say(dataReportText(terminal, report));
      requireGood(dataDir, report);
    });
  addOptions(command, ['dataDir', 'config']);
  addExamples(command, ['longshore data check', 'longshore data check /mnt/backup/longshore-2026-08-10 --read-data']);
};

const KEY_WORDS: Readonly<Record<DataReport['encryptionKey'], string>> = {
  opens: 'the encryption key opens the secrets',
  wrong: 'the encryption key does not open the secrets',
  absent: 'no encryption key: the server needs LONGSHORE_ENCRYPTION_KEY to start here',
};

/** The report for people. */
export function dataReportText(terminal: Terminal, report: DataReport): string {
  const { problems, completedSnapshots, missingSnapshots, pendingMigrations, encryptionKey, repository } = report;
  const isGood = problems.length === 0 && missingSnapshots.length === 0;
  const mark = isGood ? terminal.paint(terminal.out, 'green', 'ok ') : terminal.paint(terminal.out, 'red', 'BAD');
  const lines = [
    `${mark} metadata with ${formatCount(completedSnapshots, 'complete snapshot')}; ${KEY_WORDS[encryptionKey]}`,
    ...problems.map((problem) => `    ${problem}`),
    ...missingSnapshots.map((id) => `    snapshot ${id} is not in the repository`),
    ...(pendingMigrations.length === 0
      ? []
      : [
          `    an older version used it last: the next start makes ${formatCount(pendingMigrations.length, 'migration')}`,
        ]),
  ];
  return lines.map((line) => `${line}\n`).join('') + repositoryReportText(terminal, repository);
}

/** @throws AppError `DATA_DAMAGED`, `REPOSITORY_DAMAGED`, and `ENCRYPTION_KEY_WRONG` if nothing but the key is wrong */
export function requireGood(
  dataDir: string,
  { problems, missingSnapshots, encryptionKey, repository }: DataReport,
): void {
  if (encryptionKey === 'wrong' && problems.length === 1 && missingSnapshots.length === 0) {
    requireUndamaged(repository);
    throw new AppError({
      code: 'ENCRYPTION_KEY_WRONG',
      message: `the encryption key does not open the secrets in ${dataDir}: ${problems.join()}`,
      hint:
        'Put the key back that this directory was made with. It stands in LONGSHORE_ENCRYPTION_KEY, which comes first, or in the file ' +
        'encryption.key of the directory, which only its owner may read. The rest of the data is good.',
    });
  }
  if (problems.length > 0 || missingSnapshots.length > 0) {
    throw new AppError({
      code: 'DATA_DAMAGED',
      message: `the data in ${dataDir} is damaged: ${problems[0] ?? `${formatCount(missingSnapshots.length, 'snapshot')} of the metadata are not in its repository`}`,
      hint: 'Use a backup that `longshore data check` finds to be good, and find out what damaged this one.',
    });
  }
  requireUndamaged(repository);
}
