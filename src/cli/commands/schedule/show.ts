import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readSchedule } from '../../documents.ts';
import { findCluster } from '../../find.ts';
import { saySchedule } from '../../schedule-text.ts';

export const addScheduleShow: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('show')
    .description('show the backup schedule of a cluster')
    .argument('<cluster>', 'name of the cluster')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wanted);
      const schedule = await session.client.request(readSchedule, 'GET', session.path(`${cluster.backup}/schedule`));
      if (wantsJson(command)) printJson(terminal, schedule);
      else await saySchedule(terminal, session, cluster.name, schedule);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore schedule show Cluster0',
    'longshore schedule show Cluster0 --json | jq -r .nextSnapshot',
  ]);
};
