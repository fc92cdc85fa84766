import { resolveSettings } from '../../../app/config.ts';
import { statOf } from '../../../app/read-file.ts';
import type { RepositoryReport } from '../../../pipelines/repository-check/index.ts';
import { addExamples, addOptions, flagsOf, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { directoryNotFound } from '../../errors.ts';
import { createProgress } from '../../progress.ts';
import { checkProgress, repositoryReportText, requireUndamaged } from '../../repository-report.ts';

export const addRepositoryCheck: AddCommand = (parent, { terminal, clock, signal, environment }) => {
  const command = parent
    .command('check')
    .description(
      'check the manifests and blocks of all snapshots; changes nothing, needs no server, and may run beside one',
    )
    .option('--read-data', 'read, unpack and hash every block; otherwise names and sizes are compared')
    .option('--json', 'print the report as JSON')
    .action(async () => {
      const { dataDir } = resolveSettings(flagsOf(command), environment);
      if (statOf(dataDir) === undefined) throw directoryNotFound(dataDir);
      const given: Readonly<Record<string, unknown>> = command.opts();
      const readData = given['readData'] === true;
      const { checkRepositoryOf } = await import('../../../app/data/check.ts');
      const progress = createProgress(terminal, 'check', clock);
      let report: RepositoryReport;
      try {
        report = await checkRepositoryOf({
          dataDir,
          clock,
          readData,
          signal,
          onProgress: (step) => progress.update(checkProgress(step)),
        });
      } finally {
        progress.end();
      }
      if (wantsJson(command)) printJson(terminal, report);
      else terminal.say(repositoryReportText(terminal, report));
      requireUndamaged(report);
    });
  addOptions(command, ['dataDir', 'config']);
  addExamples(command, [
    'longshore repository check',
    'longshore repository check --read-data --data-dir /var/lib/longshore',
    "longshore repository check --json | jq -r '.hurtSnapshots[].snapshotId'",
  ]);
};
