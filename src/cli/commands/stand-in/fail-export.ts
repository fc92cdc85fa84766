import { addClientOptions, addExamples, type AddCommand } from '../../command.ts';
import { parseCount } from '../../duration.ts';
import { askForFault } from '../../stand-in.ts';

interface FailExportOptions {
  readonly atObject: number;
  readonly times: number;
}

export const addStandInFailExport: AddCommand = (parent, surroundings) => {
  const command = parent
    .command('fail-export')
    .description('have the next exports of a stand-in fail')
    .option('--at-object <NUMBER>', 'the object that cannot be written, from 1', parseCount, 1)
    .option('--times <COUNT>', 'how many exports', parseCount, 1)
    .action(async ({ atObject, times }: FailExportOptions) => {
      await askForFault(command, surroundings, { exportFailsAtObject: atObject, times });
    });
  addClientOptions(command);
  addExamples(command, ['longshore stand-in fail-export --at-object 3']);
};
