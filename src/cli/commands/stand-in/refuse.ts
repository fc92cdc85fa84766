import { Option } from 'commander';
import { addClientOptions, addExamples, type AddCommand } from '../../command.ts';
import { parseCount, parseDuration } from '../../duration.ts';
import { askForFault } from '../../stand-in.ts';

interface RefuseOptions {
  readonly status: string;
  readonly retryAfter?: number;
  readonly times: number;
}

export const addStandInRefuse: AddCommand = (parent, surroundings) => {
  const command = parent
    .command('refuse')
    .description('have a stand-in refuse the next calls of an operation')
    .argument('<operation>', "operationId of Atlas's API, such as createGroupClusterBackupExport")
    .addOption(new Option('--status <STATUS>', 'what is answered').choices(['429', '500']).default('429'))
    .option('--retry-after <DURATION>', 'the Retry-After of a 429 (default: 1s)', parseDuration)
    .option('--times <COUNT>', 'how often', parseCount, 1)
    .action(async (operationId: string, { status, retryAfter, times }: RefuseOptions) => {
      await askForFault(command, surroundings, {
        operationId,
        status: Number(status),
        ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
        times,
      });
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore stand-in refuse createGroupClusterBackupExport --times 3 --retry-after 2s',
    'longshore stand-in refuse getGroupCluster --status 500',
  ]);
};
