import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readExportJob } from '../../documents.ts';
import { formatTable } from '../../format.ts';
import { describeWaits } from '../../waiting.ts';

export const addExportList: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('list')
    .description('list the exports of a cluster')
    .argument('<cluster>', 'name of the cluster')
    .action(async (cluster: string) => {
      const { client, extensionPath } = openSession(command, surroundings);
      const jobs = await client.list(
        readExportJob,
        extensionPath(`/clusters/${encodeURIComponent(cluster)}/backup/exports`),
      );
      if (wantsJson(command)) {
        printJson(terminal, jobs);
        return;
      }
      const rows = jobs.map(({ id, state, createdAt, snapshotId, prefix }) => [
        id,
        state,
        createdAt,
        snapshotId,
        prefix,
      ]);
      terminal.out.write(formatTable(['ID', 'STATE', 'CREATED', 'SNAPSHOT', 'PREFIX'], rows));
      terminal.out.write(
        describeWaits(
          jobs.map(({ id, waiting }) => ({ name: id, waiting })),
          clock.now(),
        ),
      );
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore export list Cluster0',
    "longshore export list Cluster0 --json | jq -r '.[0].state'",
  ]);
};
