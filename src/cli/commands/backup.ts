import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../command.ts';
import { ensureBucket } from '../ensure-bucket.ts';
import { requireSuccess, startExport, summaryOfExport, watchExport } from '../export-job.ts';
import { findBucket, findCluster } from '../find.ts';
import { requireNotFailed, summaryOfSnapshot, watchSnapshot } from '../snapshot-job.ts';
import { addTakeOptions, takeSnapshot, type TakeOptions } from '../take-snapshot.ts';

interface BackupOptions extends TakeOptions {
  readonly bucket: string;
  readonly createBucket?: true;
  readonly watch?: true;
}

export const addBackup: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = addTakeOptions(
    parent
      .command('backup')
      .description('take a snapshot of a cluster, wait for it, and export it to a bucket')
      .argument('<cluster>', 'name of the cluster')
      .requiredOption('--bucket <NAME>', 'the bucket to export to: its name, its id, or a unique beginning of the id')
      .option('--create-bucket', 'grant access to the bucket first, if the project has none of this name'),
  )
    .option('--watch', 'wait until the export has ended; the exit code is 0 only if it was successful')
    .action(async (wanted: string) => {
      const options = command.opts<BackupOptions>();
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wanted);
      const bucket =
        options.createBucket === true
          ? (await ensureBucket(session, options.bucket, { provider: 'AWS' })).bucket
          : await findBucket(session, options.bucket);
      const { id: snapshotId } = await takeSnapshot(session, cluster, options);
      const snapshot = await watchSnapshot(session, cluster, snapshotId, surroundings);
      if (!wantsJson(command)) terminal.say(summaryOfSnapshot(cluster, snapshot));
      requireNotFailed(cluster, snapshot);
      let job = await startExport(session, cluster, { snapshotId, exportBucketId: bucket._id });
      if (options.watch === true) job = await watchExport(session, cluster, job.id, surroundings);
      if (wantsJson(command)) printJson(terminal, { snapshot, export: job });
      else terminal.say(summaryOfExport(cluster, job));
      requireSuccess(cluster, job);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore backup Cluster0 --bucket nightly --watch',
    'longshore backup Cluster0 --bucket nightly --create-bucket --watch',
    'longshore backup Cluster0 --bucket nightly --watch --json | jq -r .export.prefix',
  ]);
};
