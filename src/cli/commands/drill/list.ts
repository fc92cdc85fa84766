import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readDrill } from '../../drill/documents.ts';
import { backupPath } from '../../find.ts';
import { formatTable } from '../../format.ts';

export const addDrillList: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('list')
    .description('list the drills of a cluster')
    .argument('<cluster>', 'name of the cluster')
    .action(async (cluster: string) => {
      const { client, extensionPath } = await openSession(command, surroundings);
      const drills = await client.list(readDrill, extensionPath(`${backupPath(cluster)}/drills`));
      if (wantsJson(command)) printJson(terminal, drills);
      else {
        const rows = drills.map(({ id, state, outcome, mode, createdAt, exportId }) => [
          id,
          outcome ?? state,
          mode,
          createdAt,
          exportId,
        ]);
        terminal.out.write(formatTable(['ID', 'OUTCOME', 'MODE', 'CREATED', 'EXPORT'], rows));
      }
    });
  addClientOptions(command);
  addExamples(command, ['longshore drill list Cluster0']);
};
