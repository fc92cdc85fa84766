import { AppError } from '../../../kernel/errors.ts';
import { RefusedError } from '../../client.ts';
import {
  addClientOptions,
  addExamples,
  openSession,
  printJson,
  wantsJson,
  type AddCommand,
  type Session,
} from '../../command.ts';
import { readSnapshot } from '../../documents.ts';
import { findCluster } from '../../find.ts';
import { formatCount } from '../../format.ts';

interface DeleteOptions {
  readonly yes?: boolean;
  readonly retainBackups?: boolean;
}

export const addClusterDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('delete a cluster; the deployment, and what was exported, stay')
    .argument('<cluster>', 'name of the cluster')
    .option('--yes', 'delete its snapshots with it')
    .option('--retain-backups', 'keep its completed snapshots until they expire')
    .action(async (wanted: string, { yes = false, retainBackups = false }: DeleteOptions) => {
      const session = await openSession(command, surroundings);
      const { client, path, extensionPath } = session;
      const { id, name, backup } = await findCluster(session, wanted);
      const snapshots = await client.list(readSnapshot, extensionPath(`${backup}/snapshots`));
      if (snapshots.length > 0 && !yes && !retainBackups) {
        throw new AppError({
          code: 'INVALID_OPTION',
          message: `the cluster ${name} has ${formatCount(snapshots.length, 'snapshot')}, which would be deleted with it`,
          hint: 'Give --yes to delete both, or --retain-backups to keep its snapshots until they expire.',
        });
      }
      const query = retainBackups ? '?retainBackups=true' : '';
      await client.request(() => undefined, 'DELETE', path(`/clusters/${encodeURIComponent(name)}${query}`));
      if (wantsJson(command)) printJson(terminal, { id, name, deleted: true });
      else if (retainBackups || (snapshots.length > 0 && (await hasRetainedSnapshots(session, backup))))
        terminal.say(`Cluster ${name} is deleted. Its completed snapshots stay until they expire.\n`);
      else if (snapshots.length === 0) terminal.say(`Cluster ${name} is deleted. It had no snapshots.\n`);
      else terminal.say(`Cluster ${name} is deleted, and ${formatCount(snapshots.length, 'snapshot')} with it.\n`);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore cluster delete Cluster0 --yes',
    'longshore cluster delete Cluster0 --retain-backups',
  ]);
};

/** Whether a deleted cluster has snapshots. A compliance policy retains them, also if nobody asked for that. */
async function hasRetainedSnapshots({ client, extensionPath }: Session, backup: string): Promise<boolean> {
  try {
    return (await client.list(readSnapshot, extensionPath(`${backup}/snapshots`))).length > 0;
  } catch (thrown) {
    if (thrown instanceof RefusedError && thrown.code === 'CLUSTER_NOT_FOUND') return false;
    throw thrown;
  }
}
