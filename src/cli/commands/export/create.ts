import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { requireSuccess, startExport, summaryOfExport, watchExport } from '../../export-job.ts';
import { findBucket, findCluster, findSnapshot } from '../../find.ts';

export const addExportCreate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('create')
    .description('export a snapshot of a cluster to a bucket')
    .argument('<cluster>', 'name of the cluster')
    .option(
      '--snapshot <ID>',
      'the snapshot to export: its id or a unique beginning; latest: the newest completed',
      'latest',
    )
    .requiredOption('--bucket <NAME>', 'the bucket to export to: its name, its id, or a unique beginning of the id')
    .option('--watch', 'wait until it has ended; the exit code is 0 only if it was successful')
    .action(async (wanted: string) => {
      const options = command.opts<{ snapshot: string; bucket: string; watch?: true }>();
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wanted);
      const bucket = await findBucket(session, options.bucket);
      const snapshot = await findSnapshot(session, cluster, options.snapshot, 'completed');
      let job = await startExport(session, cluster, { snapshotId: snapshot.id, exportBucketId: bucket._id });
      if (options.watch === true) job = await watchExport(session, cluster, job.id, surroundings);
      if (wantsJson(command)) printJson(terminal, job);
      else terminal.say(summaryOfExport(cluster, job));
      requireSuccess(cluster, job);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore export create Cluster0 --bucket nightly --watch',
    'longshore export create Cluster0 --snapshot 6b0a90fa --bucket nightly --watch',
    'longshore export create Cluster0 --bucket nightly --watch --json | jq -r .prefix',
  ]);
};
