import { createHash } from 'node:crypto';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openMongodumpArchive, openMongodumpSource } from '../../snapshot/sources/index.ts';
import type { OpenedRestoreSource } from './contract.ts';
import { restoreSourceOfDump } from './dump-source.ts';

/**
 * Opens what mongodump wrote: a directory, or an archive, which is unpacked when its documents are read.
 * @param options.spool returns a directory in which an archive is unpacked.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`
 */
export async function openDump(
  path: string,
  { spool }: { readonly spool: () => string },
): Promise<OpenedRestoreSource> {
  // What is not there is refused by the reader of directories, with its own words.
  const isArchive = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  const dump = await (isArchive ? openMongodumpArchive(path, { spool: spool() }) : openMongodumpSource(path));
  try {
    const facts = { description: path, identity: `dump ${await fingerprintOf(path, isArchive)}` };
    return { source: restoreSourceOfDump(dump, facts), close: () => dump.close() };
  } catch (thrown) {
    await dump.close();
    throw thrown;
  }
}

/** A hash of the names, the sizes and the times of the files, because hashing their content would take as long as restoring it. */
async function fingerprintOf(path: string, isArchive: boolean): Promise<string> {
  const root = await realpath(path);
  const files = isArchive ? [''] : await filesOf(root);
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    // Links within a dump are not followed, because they may lead nowhere.
    const { size, mtimeMs } = await lstat(join(root, file));
    hash.update(JSON.stringify([file, size, mtimeMs]));
  }
  return hash.digest('hex');
}

/** What is in a dump and in the folders of its databases. Nothing deeper belongs to it, and that may be a whole disk. */
async function filesOf(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    files.push(entry.name);
    if (!entry.isDirectory()) continue;
    for (const name of await readdir(join(root, entry.name))) files.push(join(entry.name, name));
  }
  return files;
}
