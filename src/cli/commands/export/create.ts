import { AppError } from '../../../kernel/errors.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { type ExportJob, readExportJob } from '../../documents.ts';
import { createProgress, type ProgressState } from '../../progress.ts';
import { watch } from '../../watch.ts';

/** The progress of an export job, for the progress bar. */
export function exportProgress({ state, exportStatus, waiting }: ExportJob): ProgressState {
  if (exportStatus === undefined) return { state, waiting };
  return { state, waiting, done: exportStatus.exportedCollections, total: exportStatus.totalCollections };
}

export const exportHasEnded = ({ state }: ExportJob): boolean => ['Successful', 'Failed', 'Cancelled'].includes(state);

export const addExportCreate: AddCommand = (parent, surroundings) => {
  const { terminal, clock, signal } = surroundings;
  const command = parent
    .command('create')
    .description('export a snapshot of a cluster to a bucket')
    .argument('<cluster>', 'name of the cluster')
    .requiredOption('--snapshot <ID>', 'the snapshot to export')
    .requiredOption('--bucket <ID>', 'the bucket to export to')
    .option('--watch', 'wait until it has ended; the exit code is 0 only if it was successful')
    .action(async (cluster: string) => {
      const options = command.opts<{ snapshot: string; bucket: string; watch?: true }>();
      const { client, path, extensionPath } = openSession(command, surroundings);
      const exports = `/clusters/${encodeURIComponent(cluster)}/backup/exports`;
      const body = { snapshotId: options.snapshot, exportBucketId: options.bucket };
      let job = await client.request(readExportJob, 'POST', path(exports), body);
      const { id } = job;
      if (options.watch === true) {
        job = await watch({
          read: () => client.request(readExportJob, 'GET', extensionPath(`${exports}/${id}`)),
          hasEnded: exportHasEnded,
          describe: exportProgress,
          progress: createProgress(terminal, 'export', clock),
          signal,
        });
      }
      if (wantsJson(command)) printJson(terminal, job);
      else terminal.out.write(`Export ${id} of ${cluster}: ${job.state}\n${job.prefix}\n`);
      if (job.state === 'Failed' || job.state === 'Cancelled') {
        const { errorCode, message } = job.stateReason ?? {};
        throw new AppError({
          code: 'EXPORT_FAILED',
          message: `the export ${id} of ${cluster} is ${job.state}: ${message ?? errorCode ?? 'no reason given'}`,
          hint: 'Remove the cause and export again: the bucket holds no .complete for this export.',
        });
      }
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore export create Cluster0 --snapshot 66b6… --bucket 66b5… --watch',
    'longshore export create Cluster0 --snapshot 66b6… --bucket 66b5… --watch --json | jq -r .prefix',
  ]);
};
