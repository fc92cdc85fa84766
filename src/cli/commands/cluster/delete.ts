import { AppError } from '../../../kernel/errors.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readSnapshot } from '../../documents.ts';
import { findCluster } from '../../find.ts';
import { formatCount } from '../../format.ts';

export const addClusterDelete: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('delete')
    .description('delete a cluster with all its snapshots; the deployment, and what was exported, stay')
    .argument('<cluster>', 'name of the cluster')
    .option('--yes', 'delete it although it has snapshots')
    .action(async (wanted: string, { yes = false }: { readonly yes?: boolean }) => {
      const session = await openSession(command, surroundings);
      const { client, path, extensionPath } = session;
      const { id, name, backup } = await findCluster(session, wanted);
      const snapshots = await client.list(readSnapshot, extensionPath(`${backup}/snapshots`));
      if (snapshots.length > 0 && !yes) {
        throw new AppError({
          code: 'INVALID_OPTION',
          message: `the cluster ${name} has ${formatCount(snapshots.length, 'snapshot')}, which would be deleted with it`,
          hint: 'Give --yes to delete both.',
        });
      }
      await client.request(() => undefined, 'DELETE', path(`/clusters/${encodeURIComponent(name)}`));
      if (wantsJson(command)) printJson(terminal, { id, name, deleted: true });
      else terminal.out.write(`Cluster ${name} and ${formatCount(snapshots.length, 'snapshot')} of it are deleted.\n`);
    });
  addClientOptions(command);
  addExamples(command, ['longshore cluster delete Cluster0 --yes']);
};
