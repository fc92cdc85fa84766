import { addClientOptions, addExamples, openSession, wantsJson, type AddCommand } from '../../command.ts';
import { readKey } from '../../documents.ts';
import { addSaveOption, hand, requirePlaceForSecret } from '../../new-key.ts';

interface CreateOptions {
  readonly description: string;
  readonly role: readonly string[];
  readonly save?: string;
}

export const addKeyCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = addSaveOption(
    parent
      .command('create')
      .description('create an API key with roles in the project')
      .requiredOption('--description <TEXT>', 'what the key is for')
      .requiredOption('--role <NAME...>', 'roles in the project, such as GROUP_OWNER or GROUP_BACKUP_EXPORT_OPERATOR'),
  ).action(async () => {
    const { description: desc, role: roles, save } = command.opts<CreateOptions>();
    requirePlaceForSecret(terminal, save, 'the private key');
    const session = await openSession(command, surroundings);
    const key = await session.client.request(readKey, 'POST', session.path('/apiKeys'), { desc, roles: [...roles] });
    hand(session, terminal, key, { save, json: wantsJson(command) });
  });
  addClientOptions(command);
  addExamples(command, [
    'longshore key create --description "nightly job" --role GROUP_BACKUP_EXPORT_OPERATOR GROUP_READ_ONLY',
    'longshore key create --description ci --role GROUP_OWNER --save ci-profile.json',
  ]);
};
