import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { deleteKey } from '../../delete-key.ts';
import { findKey } from '../../find.ts';

export const addKeyDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('delete an API key; without the right to delete it, its roles in the project are taken away')
    .argument('<key>', 'public part of the key, its description, its id, or a unique beginning of the id')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const key = await findKey(session, wanted);
      const deleted = await deleteKey(session, key);
      if (wantsJson(command)) printJson(terminal, { id: key.id, publicKey: key.publicKey, deleted });
      else {
        terminal.say(
          deleted
            ? `API key ${key.publicKey} is deleted.\n`
            : `API key ${key.publicKey} has no roles in this project any more. Its organization still has the key.\n`,
        );
      }
    });
  addClientOptions(command);
  addExamples(command, ['longshore key delete "nightly job"', 'longshore key delete joflnlfn']);
};
