import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../kernel/errors.ts';
import { makeDirectorySync } from '../../kernel/make-directory.ts';
import { syncDirectory } from '../../kernel/sync-directory.ts';
import { copySqlite, lockRemovals, type FileLock } from '../../metastore/index.ts';
import { bucketFolders } from '../cloud-providers.ts';
import { DATABASE_FILE, FIRST_START_MARKER, REPOSITORY_FOLDER, UPLOADS_FOLDER } from '../data-directory.ts';
import { KEY_FILE } from '../encryption-key.ts';
import { PROFILE_FILE } from '../profile.ts';
import { statOf } from '../read-file.ts';
import { copyDurably, copyTree, takeOwner, type CopiedFiles } from './copy-tree.ts';

const OWNER_ONLY = 0o700;
/** How often a backup looks whether a collection of garbage has ended, in milliseconds. */
const LOCK_POLL_MS = 250;
/** The order of copying: every block exists before a manifest or a checkpoint names it, so blocks come last. */
const REPOSITORY_PARTS = ['snapshots', 'checkpoints', 'blocks'];

export interface BackupRequest {
  readonly dataDir: string;
  /** A path under which there is nothing. It gets its name when the backup is whole. */
  readonly destination: string;
  /** An earlier backup on the same file system, whose blocks are linked instead of copied. */
  readonly reuse: string | undefined;
  /** Whether the encryption key and the profile are left out. */
  readonly withoutKey: boolean;
  readonly signal: AbortSignal;
  /** Says what the backup does, and how many bytes the copied files have. Called after each file; it must be fast. */
  readonly onProgress: (step: BackupStep, bytes: number) => void;
}

export type BackupStep =
  'waiting for a collection of garbage' | 'copying metadata' | 'copying snapshots' | 'copying buckets';

export interface BackupReport extends Readonly<CopiedFiles> {
  readonly destination: string;
  /** Whether the encryption key is in the backup. */
  readonly hasKey: boolean;
}

/**
 * Copies a data directory, also while a server uses it. The metadata is copied first, at one moment. What it refers to is copied
 * afterwards, and nothing is removed from the repository in the meantime. A backup that is killed leaves `DESTINATION.partial`, which
 * the next one to this destination continues.
 * @throws AppError `NO_DATA_FOUND`, `INVALID_OPTION`, and those of the database.
 */
export async function backUpData(request: BackupRequest): Promise<BackupReport> {
  const { withoutKey, signal, onProgress } = request;
  const dataDir = resolve(request.dataDir);
  const destination = resolve(request.destination);
  requireSource(dataDir);
  requireDestination(dataDir, destination);
  const reuse = request.reuse === undefined ? undefined : requireEarlier(resolve(request.reuse));
  const partial = `${destination}.partial`;
  const copied: CopiedFiles = { files: 0, bytes: 0, reused: 0 };
  let step: BackupStep = 'copying metadata';
  const onCopied = (): void => onProgress(step, copied.bytes);
  const begin = (next: BackupStep): void => {
    step = next;
    onCopied();
  };
  const lock = await withoutRemovals(dataDir, request);
  try {
    makeDirectorySync(partial, OWNER_ONLY);
    await takeOwner(dataDir, partial);
    begin('copying metadata');
    for (const suffix of ['', '-journal', '-wal', '-shm'])
      await rm(join(partial, DATABASE_FILE + suffix), { force: true });
    await copySqlite(join(dataDir, DATABASE_FILE), join(partial, DATABASE_FILE));
    await takeOwner(join(dataDir, DATABASE_FILE), join(partial, DATABASE_FILE));
    for (const name of [KEY_FILE, PROFILE_FILE]) {
      await rm(join(partial, name), { force: true });
      if (!withoutKey) await copyDurably(join(dataDir, name), join(partial, name));
    }
    begin('copying snapshots');
    const repository = join(partial, REPOSITORY_FOLDER);
    await mkdir(repository, { recursive: true, mode: OWNER_ONLY });
    await takeOwner(join(dataDir, REPOSITORY_FOLDER), repository);
    // Of a backup that was killed only blocks are kept: what named other blocks may have been removed since.
    for (const part of ['snapshots', 'checkpoints']) await rm(join(repository, part), { recursive: true, force: true });
    for (const part of REPOSITORY_PARTS) {
      await copyTree(join(dataDir, REPOSITORY_FOLDER, part), join(repository, part), {
        copied,
        onCopied,
        signal,
        isImmutable: part === 'blocks',
        reuse: reuse === undefined ? undefined : join(reuse, REPOSITORY_FOLDER, part),
      });
    }
    await copyDurably(join(dataDir, REPOSITORY_FOLDER, 'repository.json'), join(repository, 'repository.json'));
    await syncDirectory(repository);
    // Archives that arrive now belong to no snapshot of the copied metadata.
    const isUnfinished = (name: string): boolean => name.endsWith('.partial');
    await copyTree(join(dataDir, UPLOADS_FOLDER), join(partial, UPLOADS_FOLDER), {
      copied,
      onCopied,
      signal,
      skip: isUnfinished,
    });
    begin('copying buckets');
    for (const folder of bucketFolders) {
      await copyTree(join(dataDir, folder), join(partial, folder), { copied, onCopied, signal });
    }
    await syncDirectory(partial);
    await rename(partial, destination);
    await syncDirectory(dirname(destination));
  } finally {
    lock.release();
  }
  return { destination, ...copied, hasKey: existsSync(join(destination, KEY_FILE)) };
}

/** Waits until no garbage is collected, and keeps it so. */
async function withoutRemovals(
  dataDir: string,
  { signal, onProgress }: Pick<BackupRequest, 'signal' | 'onProgress'>,
): Promise<FileLock> {
  for (;;) {
    const lock = lockRemovals(dataDir);
    if (lock !== undefined) return lock;
    onProgress('waiting for a collection of garbage', 0);
    await sleep(LOCK_POLL_MS, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}

function requireSource(dataDir: string): void {
  if (statOf(join(dataDir, DATABASE_FILE)) !== undefined && statOf(join(dataDir, FIRST_START_MARKER)) === undefined)
    return;
  throw new AppError({
    code: 'NO_DATA_FOUND',
    message: `the directory ${dataDir} holds no ${DATABASE_FILE} of a finished first start, so there is nothing to back up`,
    hint: 'Name the data directory of the server with --data-dir.',
  });
}

function requireDestination(dataDir: string, destination: string): void {
  if (statOf(destination) !== undefined) {
    throw new AppError({
      code: 'INVALID_OPTION',
      message: `the backup is to be made in ${destination}, which exists`,
      hint: 'Name a new directory, such as one with the date. With --reuse, the blocks of an earlier backup are not copied again.',
    });
  }
  const path = relative(dataDir, destination);
  if (path.startsWith('..') || path === '') return;
  throw new AppError({
    code: 'INVALID_OPTION',
    message: `the backup is to be made in ${destination}, which is inside the data directory`,
    hint: 'Name a directory outside, best on another disk.',
  });
}

function requireEarlier(directory: string): string {
  if (statOf(join(directory, DATABASE_FILE)) !== undefined) return directory;
  throw new AppError({
    code: 'INVALID_OPTION',
    message: `--reuse names ${directory}, which is no backup: it holds no ${DATABASE_FILE}`,
    hint: 'Name an earlier backup of this data directory.',
  });
}
