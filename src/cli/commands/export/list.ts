import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readExportJob } from '../../documents.ts';
import { exportTrouble } from '../../export-job.ts';
import { findCluster, listBuckets } from '../../find.ts';
import { formatTable } from '../../format.ts';
import { describeTroubles } from '../../trouble.ts';

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
      const buckets = new Map((await listBuckets(session)).map(({ _id, bucketName }) => [_id, bucketName]));
      const rows = jobs.map(({ id, state, createdAt, exportBucketId, snapshotId, prefix }) => [
        id,
        state,
        createdAt,
        buckets.get(exportBucketId) ?? exportBucketId,
        snapshotId,
        prefix,
      ]);
      terminal.out.write(formatTable(HEADER, rows, { columns: terminal.out.columns, leaveOut: LEAVE_OUT }));
      const troubled = jobs.map((job) => ({ name: job.id, ...exportTrouble(job) }));
      terminal.out.write(describeTroubles(troubled, clock.now()));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore export list Cluster0',
    "longshore export list Cluster0 --json | jq -r '.[0].state'",
  ]);
};
