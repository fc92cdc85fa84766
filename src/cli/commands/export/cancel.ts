import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readExportJob } from '../../documents.ts';
import { exportPath } from '../../export-job.ts';
import { followUp } from '../../follow-up.ts';
import { findCluster, findExport } from '../../find.ts';

export const addExportCancel: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('cancel')
    .description('cancel an unfinished export; it gets no .complete, and what it has written stays until it is deleted')
    .argument('<cluster>', 'name of the cluster')
    .argument('<export>', 'id of the export, a unique beginning of the id, or latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findExport(session, cluster, wanted);
      const job = await session.client.request(readExportJob, 'POST', `${exportPath(session, cluster, id)}/cancel`);
      if (wantsJson(command)) printJson(terminal, job);
      else {
        terminal.say(
          `Export ${id} of ${cluster.name} is cancelled. To remove what it has written:\n` +
            `${followUp(session, 'export', 'delete', cluster.name, id, '--with-objects')}\n`,
        );
      }
    });
  addClientOptions(command);
  addExamples(command, ['longshore export cancel Cluster0 latest']);
};
