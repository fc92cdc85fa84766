import { resolveSettings } from '../../../app/config.ts';
import { addExamples, addOptions, flagsOf, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { formatBytes, formatCount } from '../../format.ts';
import { createProgress } from '../../progress.ts';
import { checkProgress } from '../../repository-report.ts';
import { dataReportText, requireGood } from './check.ts';

const CHECKING = 'checking the copy';

interface Options {
  readonly reuse?: string;
  readonly withoutKey?: boolean;
}

export const addDataBackup: AddCommand = (parent, { terminal, clock, signal, environment }) => {
  const command = parent
    .command('backup')
    .description(
      'copy the data directory, also while a server uses it, and check the copy, from which `serve` can start',
    )
    .argument('<destination>', 'the new directory of the copy')
    .option('--reuse <BACKUP>', 'an earlier backup on the same disk: its blocks are linked and not copied again')
    .option('--without-key', 'leave out encryption.key and profile.json, so that the copy alone opens no secret')
    .option('--json', 'print the result as JSON')
    .action(async (destination: string) => {
      const { dataDir, encryptionKey } = resolveSettings(flagsOf(command), environment);
      const { reuse, withoutKey = false } = command.opts<Options>();
      const { backUpData } = await import('../../../app/data/backup.ts');
      const { checkData } = await import('../../../app/data/check.ts');
      const progress = createProgress(terminal, 'backup', clock);
      let made;
      let report;
      try {
        made = await backUpData({
          ...{ dataDir, destination, reuse, withoutKey, signal },
          onProgress: (state, bytes) => progress.update({ state, ...(bytes > 0 && { figures: { bytes } }) }),
        });
        progress.update({ state: CHECKING });
        report = await checkData({
          ...{ dataDir: destination, clock, signal, encryptionKey, readData: false },
          onProgress: (step) => progress.update({ ...checkProgress(step), state: CHECKING }),
        });
      } finally {
        progress.end();
      }
      if (wantsJson(command)) printJson(terminal, { ...made, check: report });
      else {
        const { files, bytes, reused, hasKey } = made;
        const linked = reused === 0 ? '' : `, ${formatCount(reused, 'block')} of them from ${reuse ?? ''}`;
        const secret = hasKey
          ? 'The encryption key is in the copy: whoever reads the copy can read all secrets.'
          : 'The encryption key is not in the copy: keep it elsewhere, because no secret can be read without it.';
        terminal.say(
          `Copied the metadata and ${formatCount(files, 'file')} (${formatBytes(bytes)}${linked}) to ${made.destination}\n${secret}\n`,
        );
        terminal.say(dataReportText(terminal, report));
      }
      requireGood(made.destination, report);
    });
  addOptions(command, ['dataDir', 'config']);
  addExamples(command, [
    'longshore data backup /mnt/backup/longshore-$(date +%F)',
    'longshore data backup /mnt/backup/tuesday --reuse /mnt/backup/monday',
  ]);
};
