import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { factsOfExport } from '../../export-job.ts';
import { findCluster, findExport, listBuckets, nameOfBucket } from '../../find.ts';

export const addExportShow: AddCommand = (parent, surroundings) => {
  const { terminal, clock } = surroundings;
  const command = parent
    .command('show')
    .description('show all facts of an export: figures, where it is, why it waits or failed')
    .argument('<cluster>', 'name of the cluster')
    .argument('[export]', 'id of the export, a unique beginning of the id, or latest', 'latest')
    .action(async (wantedCluster: string, wanted: string) => {
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wantedCluster);
      const job = await findExport(session, cluster, wanted);
      if (wantsJson(command)) printJson(terminal, job);
      else {
        const bucket = nameOfBucket(await listBuckets(session), job.exportBucketId);
        terminal.say(factsOfExport(cluster, job, { bucket, now: clock.now(), columns: terminal.out.columns }));
      }
    });
  addClientOptions(command);
  addExamples(command, ['longshore export show Cluster0', 'longshore export show Cluster0 --json | jq -r .prefix']);
};
