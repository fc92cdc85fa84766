import { Option } from 'commander';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { parseDuration } from '../../duration.ts';
import { askStandIn, CLOCK, readClock } from '../../stand-in.ts';

export const addStandInAdvance: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('advance')
    .description(
      'advance the time of a stand-in, and wait for what is due then: schedules, expiry, tokens and nonces follow it',
    )
    .argument('<duration>', 'how far, such as 90s, 30m, 6h, 1d or 2w', parseDuration)
    .addOption(
      new Option('--wait <DURATION>', 'how long to wait for what is due, in real time')
        .argParser(parseDuration)
        .default(300, '5m'),
    )
    .option('--no-wait', 'do not wait')
    .action(async (advanceSeconds: number, { wait }: { readonly wait: number | false }) => {
      const session = await openSession(command, surroundings);
      const clock = await askStandIn(session, readClock, 'POST', CLOCK, {
        advanceSeconds,
        waitSeconds: wait === false ? 0 : wait,
      });
      if (wantsJson(command)) printJson(terminal, clock);
      else {
        const rest = clock.isIdle === true || wait === false ? '' : ' Some of what is due is still running.';
        terminal.say(`It is ${clock.now} on the stand-in now.${rest}\n`);
      }
    });
  addClientOptions(command);
  addExamples(command, ['longshore stand-in advance 1d', 'longshore stand-in advance 6h --no-wait']);
};
