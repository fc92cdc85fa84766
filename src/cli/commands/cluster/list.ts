import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readCluster } from '../../documents.ts';
import { formatTable } from '../../format.ts';
import { fitting } from '../../terminal.ts';

export const addClusterList: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('list')
    .description('list the clusters of the project')
    .action(async () => {
      const { client, path } = await openSession(command, surroundings);
      const clusters = await client.list(readCluster, path('/clusters'));
      if (wantsJson(command)) {
        printJson(terminal, clusters);
        return;
      }
      const rows = clusters.map(({ name, id, mongoDBVersion, createDate }) => [name, id, mongoDBVersion, createDate]);
      const fit = fitting(terminal, ['REGISTERED', 'MONGODB', 'ID']);
      terminal.say(formatTable(['NAME', 'ID', 'MONGODB', 'REGISTERED'], rows, fit));
    });
  addClientOptions(command);
  addExamples(command, ['longshore cluster list', "longshore cluster list --json | jq -r '.[].name'"]);
};
