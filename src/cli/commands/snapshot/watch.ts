import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findCluster, findSnapshot } from '../../find.ts';
import { requireNotFailed, summaryOfSnapshot, watchSnapshot } from '../../snapshot-job.ts';

export const addSnapshotWatch: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('watch')
    .description('wait until a snapshot has completed or failed; the exit code is 0 only if it has completed')
    .argument('<cluster>', 'name of the cluster')
    .argument('[snapshot]', 'id of the snapshot, a unique beginning of the id, or latest', 'latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findSnapshot(session, cluster, wanted);
      const snapshot = await watchSnapshot(session, cluster, id, surroundings);
      if (wantsJson(command)) printJson(terminal, snapshot);
      else terminal.say(summaryOfSnapshot(cluster, snapshot));
      requireNotFailed(cluster, snapshot);
    });
  addClientOptions(command);
  addExamples(command, ['longshore snapshot watch Cluster0']);
};
