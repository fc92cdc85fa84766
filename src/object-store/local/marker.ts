import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { codeOf } from '../../kernel/errors.ts';
import { isId, newId } from '../../kernel/ids.ts';
import { syncDirectory } from '../../kernel/sync-directory.ts';
import { bucketForeign, bucketGone } from './errors.ts';

/**
 * The marker of a bucket, and the folder of its temporary files. It is in the bucket, because a rename must not cross file
 * systems, and no key may begin with it. It is created only with the bucket, so it distinguishes a bucket from the empty directory of
 * an unmounted file system. The folder in it is called as the bucket's id. Temporary files are written there, so no put
 * succeeds in another bucket, and the test costs nothing.
 */
export const UPLOADS_FOLDER = '.longshore-uploads';

/** A bucket in a directory. A bucket that is older than ids has none until it is opened for writing. */
export interface Bucket {
  readonly root: string;
  readonly id: string | undefined;
}

export function uploadsFolderOf({ root, id = '' }: Bucket): string {
  return join(root, UPLOADS_FOLDER, id);
}

/** Creates a bucket in a directory, durably, unless it is one. @returns its id. @throws AppError `OBJECT_STORE_GONE` if it is removed meanwhile */
export async function createBucket(directory: string, clock: Clock): Promise<string> {
  const [known] = (await idsOf(directory)) ?? [];
  if (known !== undefined) return known;
  const made = await mkdir(join(directory, UPLOADS_FOLDER), { recursive: true });
  const id = await giveId(directory, clock);
  if (made !== undefined) {
    await syncDirectory(directory);
    await syncDirectory(dirname(directory));
  }
  if (id === undefined) throw bucketGone(directory);
  return id;
}

/** Gives a bucket an id, durably, unless it has one. @returns its id; undefined if the directory is no bucket. */
export async function giveId(directory: string, clock: Clock): Promise<string | undefined> {
  const ids = await idsOf(directory);
  if (ids === undefined || ids.length > 0) return ids?.[0];
  const marker = join(directory, UPLOADS_FOLDER);
  await mkdir(join(marker, newId(clock.now())));
  await syncDirectory(marker);
  // Another registration may have given it a lower id.
  return await bucketIdOf(directory);
}

/** The id of a bucket; undefined if it has none, or if the directory is no bucket. */
export async function bucketIdOf(directory: string): Promise<string | undefined> {
  return (await idsOf(directory))?.[0];
}

/** Checks that the directory is still this bucket. @throws AppError `OBJECT_STORE_GONE`, `OBJECT_STORE_FOREIGN` */
export async function requireBucket(bucket: Bucket): Promise<void> {
  const { root, id } = bucket;
  try {
    await stat(uploadsFolderOf(bucket));
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
    const found = await idsOf(root);
    throw found === undefined || id === undefined ? bucketGone(root, thrown) : bucketForeign(root, id, found);
  }
}

/**
 * The ids in the marker, in order; undefined if the directory is no bucket. Two registrations at the same time may have given a
 * bucket two ids, of which each is right.
 */
async function idsOf(directory: string): Promise<readonly string[] | undefined> {
  try {
    const entries = await readdir(join(directory, UPLOADS_FOLDER), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && isId(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
