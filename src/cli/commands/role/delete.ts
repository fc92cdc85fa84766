import { Option } from 'commander';
import { CLOUD_PROVIDERS } from '../../../object-store/addressing.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';

export const addRoleDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('delete a role that no bucket uses; nothing at its provider changes')
    .argument('<id>', 'id of the role, as `role list` shows it')
    .addOption(
      new Option('--provider <provider>', 'cloud provider of the role').choices(CLOUD_PROVIDERS).default('AWS'),
    )
    .action(async (id: string, { provider }: { readonly provider: string }) => {
      const { client, path } = openSession(command, surroundings);
      const one = path(`/cloudProviderAccess/${provider}/${encodeURIComponent(id)}`);
      await client.request(() => undefined, 'DELETE', one);
      if (wantsJson(command)) printJson(terminal, { deleted: id });
      else terminal.out.write(`Role ${id} is deleted.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore role delete 66b5…', 'longshore role delete 66b5… --provider GCP']);
};
