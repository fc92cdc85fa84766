import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { findCluster, findRestoreJob } from '../../find.ts';
import { createProgress } from '../../progress.ts';
import { requireCompleted, restoreContinues, summaryOfRestoreJob, watchRestoreJob } from '../../restore-job.ts';

export const addRestoreJobWatch: AddCommand = (parent, surroundings) => {
  const { terminal, clock, signal } = surroundings;
  const command = parent
    .command('watch')
    .description('wait until a restore job has ended; the exit code is 0 only if it was successful')
    .argument('<cluster>', 'name of the cluster whose snapshot is restored; of an export or a dump, the target')
    .argument('[job]', 'id of the restore job, a unique beginning of the id, or latest', 'latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findRestoreJob(session, cluster, wanted);
      const progress = createProgress(terminal, 'restore', clock);
      const job = await watchRestoreJob(session, cluster, id, {
        progress,
        signal,
        aftermath: restoreContinues(session, cluster, id),
      });
      if (wantsJson(command)) printJson(terminal, job);
      else terminal.say(summaryOfRestoreJob(cluster, job));
      requireCompleted(job);
    });
  addClientOptions(command);
  addExamples(command, ['longshore restore-job watch Cluster0']);
};
