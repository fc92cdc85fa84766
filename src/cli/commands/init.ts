import { resolveSettings } from '../../app/config.ts';
import { addExamples, addOptions, flagsOf, printJson, wantsJson, type AddCommand } from '../command.ts';
import { credentialsText, firstStartDocument } from '../first-start.ts';

export const addInit: AddCommand = (parent, { terminal, clock, environment }) => {
  const command = parent
    .command('init')
    .description('make a data directory with an organization, a project, an API key and a role, without serving it')
    .option('--json', 'print {orgId,groupId,publicKey,roleId,profile} as JSON; the file profile holds the private key')
    .action(async () => {
      const settings = resolveSettings(flagsOf(command), environment);
      const { initialize } = await import('../../app/server.ts');
      const { profile, file } = await initialize(settings, { clock });
      if (wantsJson(command)) printJson(terminal, firstStartDocument(profile, file));
      else terminal.out.write(credentialsText(terminal, profile, file));
    });
  addOptions(command, ['dataDir', 'host', 'port', 'publicUrl', 'config']);
  addExamples(command, [
    'longshore init --data-dir ./data',
    'longshore init --data-dir ./data --json | jq -r .publicKey',
  ]);
};
