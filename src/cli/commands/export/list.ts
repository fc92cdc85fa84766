import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readExportJob } from '../../documents.ts';
import { exportTrouble } from '../../export-job.ts';
import { findCluster, listBuckets, nameOfBucket } from '../../find.ts';
import { formatTable } from '../../format.ts';
import { describeTroubles } from '../../trouble.ts';
import { fitting } from '../../terminal.ts';

const HEADER = ['ID', 'STATE', 'CREATED', 'BUCKET', 'SNAPSHOT', 'PREFIX'];
const LEAVE_OUT = ['PREFIX', 'SNAPSHOT', 'CREATED', 'BUCKET'];

export const addExportList: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('list')
    .description('list the exports of a cluster, newest first')
    .argument('<cluster>', 'name of the cluster')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const { backup } = await findCluster(session, wanted);
      const jobs = await session.client.list(readExportJob, session.extensionPath(`${backup}/exports`));
      if (wantsJson(command)) {
        printJson(terminal, jobs);
        return;
      }
      const buckets = await listBuckets(session);
      const rows = jobs.map(({ id, state, createdAt, exportBucketId, snapshotId, prefix }) => [
        id,
        state,
        createdAt,
        nameOfBucket(buckets, exportBucketId),
        snapshotId,
        prefix,
      ]);
      terminal.say(formatTable(HEADER, rows, fitting(terminal, LEAVE_OUT)));
      const troubled = jobs.map((job) => ({ name: job.id, ...exportTrouble(job) }));
      terminal.say(describeTroubles(troubled, clock.now()));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore export list Cluster0',
    "longshore export list Cluster0 --json | jq -r '.[0].state'",
  ]);
};
