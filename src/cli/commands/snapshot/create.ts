import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findCluster } from '../../find.ts';
import { requireNotFailed, summaryOfSnapshot, watchSnapshot } from '../../snapshot-job.ts';
import { addTakeOptions, takeSnapshot, type TakeOptions } from '../../take-snapshot.ts';

export const addSnapshotCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = addTakeOptions(
    parent.command('create').description('take a snapshot of a cluster').argument('<cluster>', 'name of the cluster'),
  )
    .option('--watch', 'wait until it has completed or failed')
    .action(async (wanted: string) => {
      const options = command.opts<TakeOptions & { readonly watch?: true }>();
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wanted);
      let snapshot = await takeSnapshot(session, cluster, options);
      if (options.watch === true) snapshot = await watchSnapshot(session, cluster, snapshot.id, surroundings);
      if (wantsJson(command)) printJson(terminal, snapshot);
      else terminal.say(summaryOfSnapshot(cluster, snapshot));
      requireNotFailed(cluster, snapshot);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore snapshot create Cluster0 --watch',
    'mongodump --archive --gzip | longshore snapshot create Cluster0 --archive - --watch',
    'longshore snapshot create Cluster0 --watch --json | jq -r .id',
  ]);
};
