import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findCluster, findSnapshot } from '../../find.ts';

export const addSnapshotDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('delete a snapshot that is not being exported; what was exported of it stays')
    .argument('<cluster>', 'name of the cluster')
    .argument('<snapshot>', 'id of the snapshot, a unique beginning of the id, or latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findSnapshot(session, cluster, wanted);
      await session.client.request(() => undefined, 'DELETE', session.path(`${cluster.backup}/snapshots/${id}`));
      if (wantsJson(command)) printJson(terminal, { id, deleted: true });
      else terminal.say(`Snapshot ${id} of ${cluster.name} is deleted. Its space is freed within an hour.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore snapshot delete Cluster0 6b0a90fa']);
};
