import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { formatDuration } from '../../format.ts';
import { askStandIn, CLOCK, describeFault, FAULTS, readClock, readFaults } from '../../stand-in.ts';

export const addStandInShow: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('show')
    .description('show the time of a stand-in, and the faults that have not happened yet')
    .action(async () => {
      const session = await openSession(command, surroundings);
      const clock = await askStandIn(session, readClock, 'GET', CLOCK);
      const { results: faults } = await askStandIn(session, readFaults, 'GET', FAULTS);
      if (wantsJson(command)) printJson(terminal, { ...clock, faults });
      else {
        const ahead =
          clock.offsetSeconds === 0 ? 'the real time' : `${formatDuration(clock.offsetSeconds * 1000)} ahead`;
        const lines = faults.length === 0 ? ['no faults'] : faults.map(describeFault);
        terminal.say(`${clock.now} (${ahead})\n${lines.join('\n')}\n`);
      }
    });
  addClientOptions(command);
  addExamples(command, ['longshore stand-in show']);
};
