import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readRestoreJob } from '../../documents.ts';
import { findCluster } from '../../find.ts';
import { formatTable } from '../../format.ts';
import { restoreJobsPath, restoreJobTrouble, sourceOfRestoreJob, targetOfRestoreJob } from '../../restore-job.ts';
import { fitting } from '../../terminal.ts';
import { describeTroubles } from '../../trouble.ts';

const HEADER = ['ID', 'STATE', 'CREATED', 'TARGET', 'SOURCE'];
const LEAVE_OUT = ['SOURCE', 'CREATED', 'TARGET'];

export const addRestoreJobList: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('list')
    .description('list the restore jobs of a cluster, newest first')
    .argument('<cluster>', 'name of the cluster whose snapshots are restored; of exports and dumps, the target')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wanted);
      const jobs = await session.client.list(readRestoreJob, session.extensionPath(restoreJobsPath(cluster)));
      if (wantsJson(command)) {
        printJson(terminal, jobs);
        return;
      }
      const rows = jobs.map((job) => [
        job.id,
        job.state,
        job.createdAt ?? '',
        targetOfRestoreJob(job),
        sourceOfRestoreJob(job),
      ]);
      terminal.say(formatTable(HEADER, rows, fitting(terminal, LEAVE_OUT)));
      const troubled = jobs.map((job) => ({ name: job.id, ...restoreJobTrouble(job) }));
      terminal.say(describeTroubles(troubled, clock.now()));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore restore-job list Cluster0',
    "longshore restore-job list Cluster0 --json | jq -r '.[0].state'",
  ]);
};
