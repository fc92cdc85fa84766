import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { askStandIn, FAULTS } from '../../stand-in.ts';

export const addStandInClearFaults: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('clear-faults')
    .description('forget the faults of a stand-in that have not happened yet')
    .action(async () => {
      const session = await openSession(command, surroundings);
      await askStandIn(session, () => undefined, 'DELETE', FAULTS);
      if (wantsJson(command)) printJson(terminal, { faults: [] });
      else terminal.say('No faults are left.\n');
    });
  addClientOptions(command);
  addExamples(command, ['longshore stand-in clear-faults']);
};
