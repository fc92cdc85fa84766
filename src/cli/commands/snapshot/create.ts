import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { InvalidArgumentError } from 'commander';
import { AppError, messageOf } from '../../../kernel/errors.ts';
import { describeBadValues } from '../../bad-values.ts';
import {
  addClientOptions,
  addExamples,
  openSession,
  printJson,
  wantsJson,
  type AddCommand,
  type Session,
} from '../../command.ts';
import { describeConsistency } from '../../consistency.ts';
import { readSnapshot, type Snapshot } from '../../documents.ts';
import { formatBytes } from '../../format.ts';
import { describeLeftOut } from '../../left-out.ts';
import { createProgress } from '../../progress.ts';
import { watch } from '../../watch.ts';

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

interface Options {
  readonly description: string;
  readonly retentionDays: number;
  readonly strict?: boolean;
  readonly archive?: string;
  readonly watch?: true;
}

async function take(
  { client, path }: Session,
  snapshots: string,
  { description, retentionDays, strict }: Options,
): Promise<Snapshot> {
  const body = { description, retentionInDays: retentionDays, ...(strict === undefined ? {} : { strict }) };
  return await client.request(readSnapshot, 'POST', path(snapshots), body);
}

async function sendArchive(
  { client, extensionPath }: Session,
  snapshots: string,
  file: string,
  { description, retentionDays, strict }: Options,
): Promise<Snapshot> {
  const query = new URLSearchParams({ description, retentionInDays: String(retentionDays) });
  if (strict !== undefined) query.set('strict', String(strict));
  const archive = await openArchive(file);
  try {
    return await client.sendStream(readSnapshot, `${extensionPath(snapshots)}?${query.toString()}`, archive);
  } finally {
    // A refused archive may still arrive for hours, and an open input keeps the command alive.
    archive.destroy();
  }
}

async function openArchive(file: string): Promise<Readable> {
  if (file !== '-') {
    try {
      return (await open(file)).createReadStream();
    } catch (cause) {
      throw unusable(`--archive is ${file}, which cannot be read: ${messageOf(cause)}`, cause);
    }
  }
  if (process.stdin.isTTY) throw unusable('--archive is -, and standard input is a terminal');
  return process.stdin;
}

function unusable(message: string, cause?: unknown): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message,
    hint: 'Give a file that mongodump --archive wrote, or let mongodump --archive write to standard input.',
    cause,
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
    .option(
      '--archive <FILE>',
      'send what mongodump --archive wrote, from this machine, and take the snapshot of it; - is standard input',
    )
    .option('--watch', 'wait until it has completed or failed')
    .action(async (cluster: string) => {
      const options = command.opts<Options>();
      const session = openSession(command, surroundings);
      const { client, extensionPath } = session;
      const snapshots = `/clusters/${encodeURIComponent(cluster)}/backup/snapshots`;
      let snapshot = await (options.archive === undefined
        ? take(session, snapshots, options)
        : sendArchive(session, snapshots, options.archive, options));
      const { id } = snapshot;
      if (options.watch === true) {
        snapshot = await watch({
          read: () => client.request(readSnapshot, 'GET', extensionPath(`${snapshots}/${id}`)),
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
        const lines = [
          ...describeLeftOut(snapshot.leftOut ?? []),
          ...describeBadValues(snapshot),
          ...describeConsistency(snapshot.consistency),
        ];
        for (const line of lines) terminal.out.write(`${line}\n`);
      }
      if (snapshot.status === 'failed') throw snapshotFailed(cluster, snapshot);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore snapshot create Cluster0 --watch',
    'mongodump --archive --gzip | longshore snapshot create Cluster0 --archive - --watch',
    'longshore snapshot create Cluster0 --watch --json | jq -r .id',
  ]);
};
