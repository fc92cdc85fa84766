import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readSnapshot } from '../../documents.ts';
import { formatBytes, formatTable, shorten } from '../../format.ts';
import { describeWaits } from '../../waiting.ts';

const DESCRIPTION_CHARACTERS = 40;

export const addSnapshotList: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('list')
    .description('list the snapshots of a cluster')
    .argument('<cluster>', 'name of the cluster')
    .action(async (cluster: string) => {
      const { client, extensionPath } = openSession(command, surroundings);
      const snapshots = await client.list(
        readSnapshot,
        extensionPath(`/clusters/${encodeURIComponent(cluster)}/backup/snapshots`),
      );
      if (wantsJson(command)) {
        printJson(terminal, snapshots);
        return;
      }
      const rows = snapshots.map(
        ({ id, status, createdAt = '', expiresAt = '', storageSizeBytes, description = '' }) => [
          id,
          status,
          createdAt,
          expiresAt,
          formatBytes(storageSizeBytes),
          shorten(description, DESCRIPTION_CHARACTERS),
        ],
      );
      terminal.out.write(formatTable(['ID', 'STATUS', 'CREATED', 'EXPIRES', 'SIZE', 'DESCRIPTION'], rows));
      const named = snapshots.map(({ id, waiting }) => ({ name: id, waiting }));
      terminal.out.write(describeWaits(named, clock.now()));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore snapshot list Cluster0',
    "longshore snapshot list Cluster0 --json | jq -r '.[0].id'",
  ]);
};
