import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readRestoreJob } from '../../documents.ts';
import { findCluster, findRestoreJob } from '../../find.ts';
import { restoreJobPath } from '../../restore-job.ts';

export const addRestoreJobCancel: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('cancel')
    .description('cancel an unfinished restore, or end the link of a download; what the restore has written stays')
    .argument('<cluster>', 'name of the cluster whose snapshot is restored; of an export or a dump, the target')
    .argument('<job>', 'id of the restore job, a unique beginning of the id, or latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const { client, path, extensionPath } = session;
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findRestoreJob(session, cluster, wanted);
      await client.request(() => undefined, 'DELETE', path(restoreJobPath(cluster, id)));
      const job = await client.request(readRestoreJob, 'GET', extensionPath(restoreJobPath(cluster, id)));
      if (wantsJson(command)) printJson(terminal, job);
      else {
        const { targetClusterName } = job;
        const stays = targetClusterName === undefined ? '' : ` What it has written to ${targetClusterName} stays.`;
        terminal.say(`Restore job ${id} of ${cluster.name} is cancelled.${stays}\n`);
      }
    });
  addClientOptions(command);
  addExamples(command, ['longshore restore-job cancel Cluster0 latest']);
};
