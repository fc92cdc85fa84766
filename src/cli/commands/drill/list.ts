import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readDrill } from '../../drill/documents.ts';
import { findCluster } from '../../find.ts';
import { formatTable } from '../../format.ts';
import { fitting } from '../../terminal.ts';

const HEADER = ['ID', 'OUTCOME', 'MODE', 'CREATED', 'EXPORT'];
const LEAVE_OUT = ['EXPORT', 'MODE', 'CREATED'];

export const addDrillList: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('list')
    .description('list the drills of a cluster, newest first')
    .argument('<cluster>', 'name of the cluster')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const { backup } = await findCluster(session, wanted);
      const drills = await session.client.list(readDrill, session.extensionPath(`${backup}/drills`));
      if (wantsJson(command)) {
        printJson(terminal, drills);
        return;
      }
      const rows = drills.map(({ id, state, outcome, mode, createdAt, exportId }) => [
        id,
        outcome ?? state,
        mode,
        createdAt,
        exportId,
      ]);
      terminal.say(formatTable(HEADER, rows, fitting(terminal, LEAVE_OUT)));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore drill list Cluster0',
    "longshore drill list Cluster0 --json | jq -r '.[0].outcome'",
  ]);
};
