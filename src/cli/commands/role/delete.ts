import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findRole } from '../../find.ts';

export const addRoleDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('delete a role that no bucket uses; nothing at its provider changes')
    .argument('<role>', 'id of the role, a unique beginning of the id, or what it stands for, such as its ARN')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const { id, provider } = await findRole(session, wanted);
      await session.client.request(() => undefined, 'DELETE', session.path(`/cloudProviderAccess/${provider}/${id}`));
      if (wantsJson(command)) printJson(terminal, { id, deleted: true });
      else terminal.say(`Role ${id} is deleted.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore role delete 6b0a90fa']);
};
