import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { parseDuration } from '../../duration.ts';
import { askStandIn, CLOCK, readClock } from '../../stand-in.ts';

export const addStandInAdvance: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('advance')
    .description('advance the time of a stand-in: schedules, expiry, tokens and nonces follow it')
    .argument('<duration>', 'how far, such as 90s, 30m, 6h, 1d or 2w', parseDuration)
    .action(async (advanceSeconds: number) => {
      const session = await openSession(command, surroundings);
      const clock = await askStandIn(session, readClock, 'POST', CLOCK, { advanceSeconds });
      if (wantsJson(command)) printJson(terminal, clock);
      else terminal.out.write(`It is ${clock.now} on the stand-in now.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore stand-in advance 1d']);
};
