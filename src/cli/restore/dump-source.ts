import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { restoreSourceOfDump } from '../../pipelines/restore/index.ts';
import { openMongodumpArchive, openMongodumpSource } from '../../snapshot/sources/index.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';
import type { OpenedSource } from './opened-source.ts';

/**
 * Opens what mongodump wrote: a directory, or an archive, which is unpacked in the directory for temporary files when its documents are
 * read.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`
 */
export async function openDump(path: string, { isArchive }: { readonly isArchive: boolean }): Promise<OpenedSource> {
  const facts = { description: path, identity: `dump ${fingerprintOf(path, isArchive)}` };
  if (!isArchive) {
    const dump = await openMongodumpSource(path);
    return { source: restoreSourceOfDump(dump, facts), close: () => dump.close() };
  }
  const spool = makeTemporaryDirectory('restore');
  try {
    const archive = await openMongodumpArchive(path, { spool: spool.path });
    const close = async (): Promise<void> => {
      try {
        await archive.close();
      } finally {
        spool.remove();
      }
    };
    return { source: restoreSourceOfDump(archive, facts), close };
  } catch (thrown) {
    spool.remove();
    throw thrown;
  }
}

/** A hash of the names, the sizes and the times of the files, because hashing their content would take as long as restoring it. */
function fingerprintOf(path: string, isArchive: boolean): string {
  const root = realpathSync(path);
  const files = isArchive ? [''] : readdirSync(root, { recursive: true, encoding: 'utf8' });
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    // Links within a dump are not followed, because they may lead nowhere.
    const { size, mtimeMs } = lstatSync(join(root, file));
    hash.update(JSON.stringify([file, size, mtimeMs]));
  }
  return hash.digest('hex');
}
