import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readKey } from '../../documents.ts';
import { formatTable } from '../../format.ts';
import { printable } from '../../left-out.ts';
import { fitting } from '../../terminal.ts';

const LEAVE_OUT = ['ROLES', 'DESCRIPTION', 'ID'];

export const addKeyList: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('list')
    .description('list the API keys that have roles in the project')
    .action(async () => {
      const { client, path, publicKey: own } = await openSession(command, surroundings);
      const keys = await client.list(readKey, path('/apiKeys'));
      if (wantsJson(command)) {
        printJson(terminal, keys);
        return;
      }
      const rows = keys.map(({ id, publicKey, desc, roles }) => [
        publicKey === own ? `${publicKey} (this one)` : publicKey,
        id,
        printable(desc),
        [...new Set(roles.map(({ roleName }) => roleName))].join(', '),
      ]);
      const fit = fitting(terminal, LEAVE_OUT, 'DESCRIPTION');
      terminal.say(formatTable(['PUBLIC KEY', 'ID', 'DESCRIPTION', 'ROLES'], rows, fit));
    });
  addClientOptions(command);
  addExamples(command, ['longshore key list', "longshore key list --json | jq -r '.[].publicKey'"]);
};
