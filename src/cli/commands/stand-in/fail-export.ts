import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { parseCount } from '../../duration.ts';
import { askStandIn, describeFault, FAULTS, readFault } from '../../stand-in.ts';

interface FailExportOptions {
  readonly atObject: number;
  readonly times: number;
}

export const addStandInFailExport: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('fail-export')
    .description('have the next exports of a stand-in fail')
    .option('--at-object <NUMBER>', 'the object that cannot be written, from 1', parseCount, 1)
    .option('--times <COUNT>', 'how many exports', parseCount, 1)
    .action(async ({ atObject, times }: FailExportOptions) => {
      const session = await openSession(command, surroundings);
      const fault = await askStandIn(session, readFault, 'POST', FAULTS, { exportFailsAtObject: atObject, times });
      if (wantsJson(command)) printJson(terminal, fault);
      else terminal.out.write(`Asked for: ${describeFault(fault)}.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore stand-in fail-export --at-object 3']);
};
