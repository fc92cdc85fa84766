import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CollectionInfo } from '../../contract.ts';
import { readDumpFile } from '../../sources/index.ts';
import type { RestoreTarget } from '../contract.ts';
import { writeArchive, type ArchivedNamespace } from './archive-file.ts';
import { documentsName, dumpPaths, dumpType, isOplog, metadataText } from './dump-files.ts';
import { DumpTarget, openDumpTarget, type DumpTargetOptions } from './dump-target.ts';
import { archiveExists, unwritable } from './errors.ts';
import { ifThere } from './files.ts';

export interface ArchiveTargetOptions extends DumpTargetOptions {
  /** Whether the archive is zipped, as by `mongodump --gzip`. */
  readonly gzip?: boolean;
}

/** The directory beside the archive in which its collections are gathered. */
const GATHERED = '.collections';

/**
 * Opens a file for a restore, which writes an archive of mongodump. An archive begins with the metadata of all collections and
 * views, and a restore knows the views last. So the collections are gathered in a directory beside the file, which a killed
 * restore continues, and `finish` makes the archive of them.
 * @throws AppError `RESTORE_TARGET_EXISTS`, `DUMP_UNWRITABLE`, `DUMP_DISK_FULL`
 */
export async function openArchiveTarget(file: string, options: ArchiveTargetOptions = {}): Promise<RestoreTarget> {
  const path = resolve(file);
  if ((await ifThere(stat(path))) !== undefined) throw archiveExists(path);
  const directory = path + GATHERED;
  const gathered = await openDumpTarget(directory, options);
  const namespaces = new Map<string, CollectionInfo>();
  const note = (info: CollectionInfo): void => {
    namespaces.set(`${info.database}.${info.name}`, info);
  };
  return {
    description: `the archive ${path}`,
    collectionsAtOnce: gathered.collectionsAtOnce,
    keepsOplog: gathered.keepsOplog,
    inspect: (collections, signal) => gathered.inspect(collections, signal),
    drop: (collection, signal) => gathered.drop(collection, signal),
    writing: () => gathered.writing(),
    async createCollection(info, signal) {
      await gathered.createCollection(info, signal);
      note(info);
    },
    writeBlock: (info, bson, signal) => gathered.writeBlock(info, bson, signal),
    createIndexes: (info, signal) => gathered.createIndexes(info, signal),
    async createView(info, signal) {
      await gathered.createView(info, signal);
      note(info);
    },
    readBack: (info, signal) => gathered.readBack(info, signal),
    async finish(signal) {
      try {
        const all = await Promise.all(
          inOrder([...namespaces.values()]).map((info) => namespaceOf(info, gathered, signal)),
        );
        const { mongodbVersion = 'unknown', gzip = false } = options;
        await writeArchive(path, { mongodbVersion, namespaces: all }, { gzip, signal });
        await gathered.close();
        await rm(gathered.root, { recursive: true, force: true });
      } catch (thrown) {
        throw unwritable(path, thrown);
      }
    },
    close: () => gathered.close(),
  };
}

async function namespaceOf(
  info: CollectionInfo,
  { root }: DumpTarget,
  signal: AbortSignal,
): Promise<ArchivedNamespace> {
  const { documents } = dumpPaths(info);
  const path = documents === undefined ? undefined : join(root, documents);
  return {
    ...(isOplog(info) ? OPLOG : described(info)),
    bytes: path === undefined ? 0 : (await stat(path)).size,
    ...(path === undefined ? {} : { documents: () => readDumpFile(path, signal) }),
  };
}

/** The oplog comes last, because a reader of the archive applies it to what it has read. */
function inOrder(infos: readonly CollectionInfo[]): readonly CollectionInfo[] {
  return [...infos.filter((info) => !isOplog(info)), ...infos.filter(isOplog)];
}

/** mongodump's name for the oplog, which has no metadata. */
const OPLOG = { database: '', collection: 'oplog', documentsName: 'oplog', metadata: '', type: '' };

function described(info: CollectionInfo): Omit<ArchivedNamespace, 'bytes' | 'documents'> {
  return {
    database: info.database,
    collection: info.name,
    documentsName: documentsName(info),
    metadata: metadataText(info),
    type: dumpType(info),
  };
}
