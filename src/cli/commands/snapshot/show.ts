import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readSnapshot } from '../../documents.ts';
import { findCluster, findSnapshot } from '../../find.ts';
import { factsOfSnapshot, snapshotPath } from '../../snapshot-job.ts';

export const addSnapshotShow: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('show')
    .description('show all facts of a snapshot: figures, consistency, what it does not hold, why it waits or failed')
    .argument('<cluster>', 'name of the cluster')
    .argument('[snapshot]', 'id of the snapshot, a unique beginning of the id, or latest', 'latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findSnapshot(session, cluster, wanted);
      const snapshot = await session.client.request(readSnapshot, 'GET', snapshotPath(session, cluster, id));
      if (wantsJson(command)) printJson(terminal, snapshot);
      else terminal.say(factsOfSnapshot(cluster, snapshot, { now: clock.now(), columns: terminal.out.columns }));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore snapshot show Cluster0',
    'longshore snapshot show Cluster0 latest --json | jq .consistency',
  ]);
};
