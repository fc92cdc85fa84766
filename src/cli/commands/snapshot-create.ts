import { InvalidArgumentError } from 'commander';
import { AppError } from '../../kernel/errors.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../command.ts';
import { Snapshot } from '../documents.ts';
import { formatBytes } from '../format.ts';
import { createProgress } from '../progress.ts';
import { watch } from '../watch.ts';

function days(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 1) throw new InvalidArgumentError('Give a whole number of days, from 1.');
  return number;
}

function snapshotFailed(cluster: string, { id, failure }: Snapshot): AppError {
  return new AppError({
    code: 'SNAPSHOT_FAILED',
    message: `the snapshot ${id} of ${cluster} failed: ${failure?.message ?? 'no reason given'}`,
    hint: 'Remove the cause, then take another snapshot.',
  });
}

export const addSnapshotCreate: AddCommand = (parent, surroundings) => {
  const { terminal, clock, signal } = surroundings;
  const command = parent
    .command('create')
    .description('take a snapshot of a cluster')
    .argument('<cluster>', 'name of the cluster')
    .option('--description <TEXT>', 'what the snapshot is for', 'taken with longshore snapshot create')
    .option('--retention-days <N>', 'how long the snapshot is kept', days, 7)
    .option('--strict', 'fail if an export cannot show a value as it is stored; otherwise as the cluster says')
    .option('--no-strict', 'name such values, also if the cluster is strict')
    .option('--watch', 'wait until it has completed or failed')
    .action(async (cluster: string) => {
      const options = command.opts<{ description: string; retentionDays: number; strict?: boolean; watch?: true }>();
      const { client, path, extensionPath } = openSession(command, surroundings);
      const snapshots = `/clusters/${encodeURIComponent(cluster)}/backup/snapshots`;
      const { description, retentionDays, strict } = options;
      const body = { description, retentionInDays: retentionDays, ...(strict === undefined ? {} : { strict }) };
      let snapshot = await client.request(Snapshot, 'POST', path(snapshots), body);
      const { id } = snapshot;
      if (options.watch === true) {
        snapshot = await watch({
          read: () => client.request(Snapshot, 'GET', extensionPath(`${snapshots}/${id}`)),
          hasEnded: ({ status }) => status === 'completed' || status === 'failed',
          describe: ({ status, waiting }) => ({ state: status, waiting }),
          progress: createProgress(terminal, 'snapshot', clock),
          signal,
        });
      }
      if (wantsJson(command)) printJson(terminal, snapshot);
      else {
        const size = snapshot.status === 'completed' ? `, ${formatBytes(snapshot.storageSizeBytes)}` : '';
        terminal.out.write(`Snapshot ${id} of ${cluster}: ${snapshot.status}${size}\n`);
      }
      if (snapshot.status === 'failed') throw snapshotFailed(cluster, snapshot);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore snapshot create Cluster0 --watch',
    'longshore snapshot create Cluster0 --watch --json | jq -r .id',
  ]);
};
