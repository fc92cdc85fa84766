import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readSnapshot } from '../../documents.ts';
import { findCluster } from '../../find.ts';
import { formatBytes, formatTable } from '../../format.ts';
import { printable } from '../../left-out.ts';
import { snapshotTrouble } from '../../snapshot-job.ts';
import { describeTroubles } from '../../trouble.ts';
import { fitting } from '../../terminal.ts';

const HEADER = ['ID', 'STATUS', 'CREATED', 'EXPIRES', 'CONSISTENCY', 'SIZE', 'NEW', 'DESCRIPTION'];
const LEAVE_OUT = ['DESCRIPTION', 'EXPIRES', 'NEW', 'SIZE', 'CONSISTENCY', 'CREATED'];

export const addSnapshotList: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('list')
    .description('list the snapshots of a cluster, newest first')
    .argument('<cluster>', 'name of the cluster')
    .action(async (wanted: string) => {
      const session = await openSession(command, surroundings);
      const { backup } = await findCluster(session, wanted);
      const snapshots = await session.client.list(readSnapshot, session.extensionPath(`${backup}/snapshots`));
      if (wantsJson(command)) {
        printJson(terminal, snapshots);
        return;
      }
      const rows = snapshots.map(({ id, status, createdAt, expiresAt, consistency, ...snapshot }) => [
        id,
        status,
        createdAt ?? '',
        expiresAt ?? '',
        consistency?.level ?? '',
        status === 'completed' ? formatBytes(snapshot.storageSizeBytes) : '',
        snapshot.progress === undefined ? '' : formatBytes(snapshot.progress.newStoredBytes),
        printable(snapshot.description ?? ''),
      ]);
      terminal.say(formatTable(HEADER, rows, fitting(terminal, LEAVE_OUT, 'DESCRIPTION')));
      const troubled = snapshots.map((snapshot) => ({ name: snapshot.id, ...snapshotTrouble(snapshot) }));
      terminal.say(describeTroubles(troubled, clock.now()));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore snapshot list Cluster0',
    "longshore snapshot list Cluster0 --json | jq -r '.[0].id'",
  ]);
};
