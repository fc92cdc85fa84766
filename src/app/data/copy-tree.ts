import { constants } from 'node:fs';
import { chown, copyFile, link, lstat, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../kernel/errors.ts';
import { syncDirectory } from '../../kernel/sync-directory.ts';

const OWNER_ONLY = 0o700;
/** Files under way at the same time: enough to keep a disk busy while others wait for it. */
const PARALLEL_COPIES = 8;
/** The end of the name of a file that is not whole yet. */
const UNFINISHED = '.copying';

/** What was copied. */
export interface CopiedFiles {
  files: number;
  bytes: number;
  /** Files of these that an earlier backup had already. */
  reused: number;
}

export interface CopyOptions {
  /** Whether files of one name are the same file, so that one of the same size is taken over. */
  readonly isImmutable?: boolean;
  /** A copy of the same tree, whose immutable files are linked instead of copied. */
  readonly reuse?: string | undefined;
  /** Files that are left out, by their names. */
  readonly skip?: (name: string) => boolean;
  /** Counts the copied files. */
  readonly copied: CopiedFiles;
  /** Called after each file that `copied` counts. */
  readonly onCopied: () => void;
  readonly signal: AbortSignal;
}

/**
 * Copies a directory while others add files to it and remove some. A file is copied whole or not at all, because each file of a data
 * directory gets its name when it is whole. The files are durable when the promise resolves. Symbolic links are not followed.
 * Nothing happens if there is no such directory.
 */
export async function copyTree(from: string, to: string, options: CopyOptions): Promise<void> {
  let entries;
  try {
    entries = await readdir(await realpath(from), { withFileTypes: true });
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return;
    throw thrown;
  }
  await mkdir(to, { recursive: true, mode: OWNER_ONLY });
  await takeOwner(from, to);
  const { skip = () => false, reuse } = options;
  const files = entries.filter((entry) => entry.isFile() && !skip(entry.name));
  for (let at = 0; at < files.length; at += PARALLEL_COPIES) {
    options.signal.throwIfAborted();
    const some = files.slice(at, at + PARALLEL_COPIES);
    await Promise.all(
      some.map(({ name }) =>
        copyOne(join(from, name), join(to, name), reuse === undefined ? undefined : join(reuse, name), options),
      ),
    );
  }
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    await copyTree(join(from, name), join(to, name), {
      ...options,
      reuse: reuse === undefined ? undefined : join(reuse, name),
    });
  }
  await syncDirectory(to);
}

async function copyOne(from: string, to: string, earlier: string | undefined, options: CopyOptions): Promise<void> {
  const { copied, onCopied, isImmutable = false } = options;
  const bytes = await sizeOf(from);
  if (bytes === undefined) return;
  if (isImmutable && (await sizeOf(to)) === bytes) {
    // A backup that was killed has copied it.
  } else if (isImmutable && earlier !== undefined && (await isLinked(earlier, to, bytes))) {
    copied.reused++;
  } else if (!(await copyDurably(from, to))) {
    return;
  }
  copied.files++;
  copied.bytes += bytes;
  onCopied();
}

/** Copies a file and its mode. A file system that can shares the content until it is changed. @returns false if the file is gone. */
export async function copyDurably(from: string, to: string): Promise<boolean> {
  const unfinished = to + UNFINISHED;
  try {
    await copyFile(from, unfinished, constants.COPYFILE_FICLONE);
  } catch (thrown) {
    await rm(unfinished, { force: true });
    if (codeOf(thrown) === 'ENOENT') return false;
    throw thrown;
  }
  const handle = await open(unfinished, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, to);
  return true;
}

/** Gives a copy to the owner of what it is a copy of, because root copies for the user of the server. Others own what they copy. */
export async function takeOwner(from: string, to: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(from);
  await chown(to, uid, gid);
}

/** Links a file of an earlier backup. @returns false if there is none of this size, or no link can be made. */
async function isLinked(earlier: string, to: string, bytes: number): Promise<boolean> {
  if ((await sizeOf(earlier)) !== bytes) return false;
  try {
    await rm(to, { force: true });
    await link(earlier, to);
    return true;
  } catch (thrown) {
    if (['EXDEV', 'EMLINK', 'EPERM', 'ENOENT', 'ENOTSUP'].includes(codeOf(thrown) ?? '')) return false;
    throw thrown;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? found.size : undefined;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
