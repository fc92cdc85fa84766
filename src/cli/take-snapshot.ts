import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { InvalidArgumentError, type Command } from 'commander';
import { AppError, messageOf } from '../kernel/errors.ts';
import type { Session } from './command.ts';
import { readSnapshot, type Snapshot } from './documents.ts';
import type { FoundCluster } from './find.ts';

/** What may be said about a new snapshot. */
export interface TakeOptions {
  readonly description?: string;
  readonly retentionDays: number;
  readonly strict?: boolean;
  readonly archive?: string;
}

/** Parses a number of days. @throws InvalidArgumentError */
export function retentionDays(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 1) throw new InvalidArgumentError('Give a whole number of days, from 1.');
  return number;
}

/** Adds the options of the commands that take a snapshot. */
export function addTakeOptions(command: Command): Command {
  return command
    .option('--description <TEXT>', 'what the snapshot is for')
    .option('--retention-days <N>', 'how long the snapshot is kept', retentionDays, 7)
    .option(
      '--strict',
      'fail if the snapshot has a value that an export cannot show as it is stored; absent: as the cluster does',
    )
    .option('--no-strict', 'only name such values, even if the cluster is strict')
    .option(
      '--archive <FILE>',
      'send an archive of this machine, which mongodump --archive wrote, and take the snapshot of it; - is standard input',
    );
}

/** Asks the server for a snapshot, with the archive that is to be sent, if any. */
export async function takeSnapshot(
  session: Session,
  { backup }: FoundCluster,
  options: TakeOptions,
): Promise<Snapshot> {
  const { description = '', strict, archive } = options;
  if (archive !== undefined) return await sendArchive(session, `${backup}/snapshots`, archive, options);
  const body = { description, retentionInDays: options.retentionDays, ...(strict === undefined ? {} : { strict }) };
  return await session.client.request(readSnapshot, 'POST', session.path(`${backup}/snapshots`), body);
}

async function sendArchive(
  { client, extensionPath }: Session,
  snapshots: string,
  file: string,
  { description = '', retentionDays: days, strict }: TakeOptions,
): Promise<Snapshot> {
  const query = new URLSearchParams({ description, retentionInDays: String(days) });
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
