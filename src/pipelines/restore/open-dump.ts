import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
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
  const isArchive = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const dump = await (isArchive ? openMongodumpArchive(path, { spool: spool() }) : openMongodumpSource(path));
  const facts = { description: path, identity: `dump ${fingerprintOf(path, isArchive)}` };
  return { source: restoreSourceOfDump(dump, facts), close: () => dump.close() };
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
