import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readSchedule } from '../../documents.ts';
import { findCluster } from '../../find.ts';

export const addScheduleDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('remove all policy items of a schedule; snapshots that were taken stay until they expire')
    .argument('<cluster>', 'name of the cluster')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wanted);
      const schedule = await session.client.request(readSchedule, 'DELETE', session.path(`${cluster.backup}/schedule`));
      if (wantsJson(command)) printJson(terminal, schedule);
      else terminal.say(`No snapshot of ${cluster.name} is scheduled any more.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore schedule delete Cluster0']);
};
