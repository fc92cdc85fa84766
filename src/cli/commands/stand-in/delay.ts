import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { parseCount, parseDuration } from '../../duration.ts';
import { askStandIn, describeFault, FAULTS, readFault } from '../../stand-in.ts';

export const addStandInDelay: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delay')
    .description('have a stand-in answer the next calls of an operation late, in real time')
    .argument('<operation>', "operationId of Atlas's API, such as getGroupCluster")
    .argument('<duration>', 'how late, such as 5s; at most 10m', parseDuration)
    .option('--times <COUNT>', 'how often', parseCount, 1)
    .action(async (operationId: string, delaySeconds: number, { times }: { readonly times: number }) => {
      const session = await openSession(command, surroundings);
      const fault = await askStandIn(session, readFault, 'POST', FAULTS, { operationId, delaySeconds, times });
      if (wantsJson(command)) printJson(terminal, fault);
      else terminal.out.write(`Asked for: ${describeFault(fault)}.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore stand-in delay getGroupCluster 5s --times 2']);
};
