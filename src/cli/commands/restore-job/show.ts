import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readRestoreJob } from '../../documents.ts';
import { findCluster, findRestoreJob } from '../../find.ts';
import { factsOfRestoreJob, restoreJobPath } from '../../restore-job.ts';

export const addRestoreJobShow: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('show')
    .description('show all facts of a restore job: progress, source and target, why it waits or failed')
    .argument('<cluster>', 'name of the cluster whose snapshot is restored; of an export or a dump, the target')
    .argument('[job]', 'id of the restore job, a unique beginning of the id, or latest', 'latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findRestoreJob(session, cluster, wanted);
      // Only one job alone has its report.
      const path = session.extensionPath(restoreJobPath(cluster, id));
      const job = await session.client.request(readRestoreJob, 'GET', path);
      if (wantsJson(command)) printJson(terminal, job);
      else terminal.say(factsOfRestoreJob(cluster, job, { now: clock.now(), columns: terminal.out.columns }));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore restore-job show Cluster0',
    'longshore restore-job show Cluster0 --json | jq .report',
  ]);
};
