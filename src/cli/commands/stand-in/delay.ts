import { addClientOptions, addExamples, type AddCommand } from '../../command.ts';
import { parseCount, parseDuration } from '../../duration.ts';
import { askForFault } from '../../stand-in.ts';

export const addStandInDelay: AddCommand = (parent, surroundings) => {
  const command = parent
    .command('delay')
    .description('have a stand-in answer the next calls of an operation late, in real time')
    .argument('<operation>', "operationId of Atlas's API, such as getGroupCluster")
    .argument('<duration>', 'how late, such as 5s; at most 10m', parseDuration)
    .option('--times <COUNT>', 'how often', parseCount, 1)
    .action(async (operationId: string, delaySeconds: number, { times }: { readonly times: number }) => {
      await askForFault(command, surroundings, { operationId, delaySeconds, times });
    });
  addClientOptions(command);
  addExamples(command, ['longshore stand-in delay getGroupCluster 5s --times 2']);
};
