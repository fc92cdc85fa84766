import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { requireSuccess, summaryOfExport, watchExport } from '../../export-job.ts';
import { findCluster, findExport } from '../../find.ts';

export const addExportWatch: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('watch')
    .description('wait until an export has ended; the exit code is 0 only if it was successful')
    .argument('<cluster>', 'name of the cluster')
    .argument('[export]', 'id of the export, a unique beginning of the id, or latest', 'latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findExport(session, cluster, wanted);
      const job = await watchExport(session, cluster, id, surroundings);
      if (wantsJson(command)) printJson(terminal, job);
      else terminal.say(summaryOfExport(cluster, job));
      requireSuccess(cluster, job);
    });
  addClientOptions(command);
  addExamples(command, ['longshore export watch Cluster0']);
};
