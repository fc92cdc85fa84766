import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { invalidDump, symbolicLink, unreadable } from './errors.ts';
import { parseDumpFileName } from './file-names.ts';

/** The files of one collection, by the base of their names. */
export interface DumpFiles {
  documents?: string;
  metadata?: string;
}

export interface DumpDatabase {
  /** As the directory is called. */
  readonly name: string;
  readonly files: ReadonlyMap<string, DumpFiles>;
}

/** Where everything of a dump is. */
export interface DumpLayout {
  readonly databases: readonly DumpDatabase[];
  /** `prelude.json`, which newer versions of mongodump write. */
  readonly preludes: readonly string[];
  readonly hasOplog: boolean;
}

const PRELUDES = new Set(['prelude.json', 'prelude.json.gz']);
const OPLOGS = new Set(['oplog.bson', 'oplog.bson.gz']);

/**
 * Finds out what a dump directory holds: databases' directories, or the files of a single database, whose name is then
 * the directory's.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`
 */
export async function readLayout(directory: string): Promise<DumpLayout> {
  const root = await rootOf(directory);
  const top = await readFolder(root);
  const preludes = [...top.preludes];
  const databases: DumpDatabase[] = [];
  if (top.files.size > 0) databases.push({ name: basename(root), files: top.files });
  for (const folder of top.folders) {
    const { files, preludes: inner } = await readFolder(join(root, folder));
    if (files.size > 0) databases.push({ name: folder, files });
    preludes.push(...inner);
  }
  if (databases.length === 0) {
    throw invalidDump(
      directory,
      'holds no dump: there are no .bson or .metadata.json files in it or in its directories',
    );
  }
  return { databases, preludes, hasOplog: top.hasOplog };
}

/** The directory itself may be named by a symbolic link: whoever named it meant what it points to. */
async function rootOf(directory: string): Promise<string> {
  try {
    const root = await realpath(directory);
    if (!(await stat(root)).isDirectory()) throw invalidDump(directory, 'is no directory');
    return root;
  } catch (thrown) {
    throw unreadable(directory, thrown);
  }
}

interface Folder {
  readonly files: Map<string, DumpFiles>;
  readonly folders: string[];
  readonly preludes: string[];
  hasOplog: boolean;
}

async function readFolder(path: string): Promise<Folder> {
  const folder: Folder = { files: new Map(), folders: [], preludes: [], hasOplog: false };
  for (const entry of await entriesOf(path)) {
    const entryPath = join(path, entry.name);
    if (entry.isDirectory()) folder.folders.push(entry.name);
    else if (OPLOGS.has(entry.name)) folder.hasOplog = true;
    else if (PRELUDES.has(entry.name)) folder.preludes.push(entryPath);
    else addFile(folder.files, entryPath, entry.name);
    if (entry.isSymbolicLink()) throw symbolicLink(entryPath);
  }
  return folder;
}

async function entriesOf(path: string) {
  try {
    return (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

function addFile(files: Map<string, DumpFiles>, path: string, name: string): void {
  const parsed = parseDumpFileName(name);
  if (parsed === undefined) return;
  const found = files.get(parsed.base) ?? {};
  if (found[parsed.kind] !== undefined) {
    throw invalidDump(path, `is there twice, plain and zipped: which of the two belongs to the dump cannot be known`);
  }
  found[parsed.kind] = path;
  files.set(parsed.base, found);
}
