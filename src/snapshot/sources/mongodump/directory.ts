import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LeftOut } from '../../contract.ts';
import { invalidDump, symbolicLink, unreadable } from './errors.ts';
import { parseDumpFileName, whyForeign } from './file-names.ts';

/** The files of one collection. They have the same base of their names. */
export interface DumpFiles {
  documents?: string;
  metadata?: string;
}

export interface DumpDatabase {
  readonly name: string;
  readonly files: ReadonlyMap<string, DumpFiles>;
}

/** The parts of a dump. */
export interface DumpLayout {
  readonly databases: readonly DumpDatabase[];
  /** The files `prelude.json`, which newer versions of mongodump write. */
  readonly preludes: readonly string[];
  /** The file that `mongodump --oplog` wrote. */
  readonly oplog: string | undefined;
  /** Files and directories that do not belong to a dump, by their path below the dump. */
  readonly leftOut: readonly LeftOut[];
}

const PRELUDES = new Set(['prelude.json', 'prelude.json.gz']);

/**
 * Finds the parts of a dump directory: the directories of databases, or the files of a single database.
 * @param database the name of the single database; absent: the name of the directory.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`
 */
export async function readLayout(directory: string, database?: string): Promise<DumpLayout> {
  const root = await rootOf(directory);
  const top = await readFolder(root, '');
  const folders: (Folder & { readonly name: string })[] = [];
  for (const name of top.folders) folders.push({ name, ...(await readFolder(join(root, name), `${name}/`)) });
  const holding = folders.filter(({ files }) => files.size > 0);
  const isOneDatabase = database !== undefined || [...top.files].some((entry) => !isOplog(entry));
  if (!isOneDatabase) {
    return {
      databases: holding.map(({ name, files }) => ({ name, files })),
      preludes: [...top.preludes, ...folders.flatMap(({ preludes }) => preludes)],
      oplog: top.files.get(OPLOG)?.documents,
      leftOut: [...top.foreign, ...folders.flatMap(leftOutOfFolder)],
    };
  }
  const [one] = holding;
  if (one !== undefined) throw besideDatabases(directory, one.name, top.files);
  return {
    databases: [{ name: database ?? basename(root), files: top.files }],
    preludes: top.preludes,
    oplog: undefined,
    leftOut: [...top.foreign, ...top.folders.map(tooDeep(''))],
  };
}

/** Whether a directory, or one of its directories, holds a file of a dump. @throws AppError `DUMP_UNREADABLE` */
export async function holdsDump(directory: string): Promise<boolean> {
  const root = await rootOf(directory);
  const top = await entriesOf(root);
  if (top.some(isOfDump)) return true;
  for (const entry of top) {
    if (entry.isDirectory() && (await entriesOf(join(root, entry.name))).some(isOfDump)) return true;
  }
  return false;
}

function isOfDump(entry: Dirent): boolean {
  return entry.isFile() && (PRELUDES.has(entry.name) || parseDumpFileName(entry.name) !== undefined);
}

/** The given directory may be a symbolic link, because the user means the target of the link. */
async function rootOf(directory: string): Promise<string> {
  try {
    const root = await realpath(directory);
    if (!(await stat(root)).isDirectory()) throw invalidDump(directory, 'is not a directory');
    return root;
  } catch (thrown) {
    throw unreadable(directory, thrown);
  }
}

const OPLOG = 'oplog';

/**
 * Whether the files are those of the oplog, if they are beside the directories of databases. The oplog has no metadata,
 * and every collection has some. In the directory of a database, files of this name belong to a collection.
 */
function isOplog([base, { metadata }]: readonly [string, DumpFiles]): boolean {
  return base === OPLOG && metadata === undefined;
}

function besideDatabases(directory: string, folder: string, files: ReadonlyMap<string, DumpFiles>): Error {
  const [first] = files.values();
  const file = first?.documents ?? first?.metadata;
  if (file === undefined) {
    return invalidDump(
      directory,
      `is not the directory of one database: it holds the directory ${folder} with files of a dump`,
    );
  }
  return invalidDump(file, `belongs to no database: it lies beside ${folder}, which is a database's directory`);
}

interface Folder {
  readonly files: Map<string, DumpFiles>;
  readonly folders: string[];
  readonly preludes: string[];
  readonly foreign: LeftOut[];
}

/** @param prefix the path of the folder below the dump. It ends with a slash. */
async function readFolder(path: string, prefix: string): Promise<Folder> {
  const folder: Folder = { files: new Map(), folders: [], preludes: [], foreign: [] };
  for (const entry of await entriesOf(path)) {
    const { name } = entry;
    const entryPath = join(path, name);
    if (entry.isSymbolicLink()) throw symbolicLink(entryPath);
    if (entry.isDirectory()) folder.folders.push(name);
    else if (PRELUDES.has(name)) folder.preludes.push(entryPath);
    else if (!addFile(folder.files, entryPath, name)) {
      folder.foreign.push({ name: prefix + name, reason: whyForeign(name) });
    }
  }
  return folder;
}

async function entriesOf(path: string): Promise<readonly Dirent[]> {
  try {
    return (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

/** @returns whether the file belongs to a dump. */
function addFile(files: Map<string, DumpFiles>, path: string, name: string): boolean {
  const parsed = parseDumpFileName(name);
  if (parsed === undefined) return false;
  const found = files.get(parsed.base) ?? {};
  if (found[parsed.kind] !== undefined) {
    throw invalidDump(path, `is there twice, plain and zipped: which of the two belongs to the dump cannot be known`);
  }
  found[parsed.kind] = path;
  files.set(parsed.base, found);
  return true;
}

function leftOutOfFolder({ name, files, folders, preludes, foreign }: Folder & { readonly name: string }): LeftOut[] {
  if (files.size + folders.length + preludes.length + foreign.length === 0) {
    return [{ name: `${name}/`, reason: 'the directory is empty' }];
  }
  return [...foreign, ...folders.map(tooDeep(`${name}/`))];
}

function tooDeep(prefix: string): (folder: string) => LeftOut {
  return (folder) => ({
    name: `${prefix}${folder}/`,
    reason: 'mongodump makes no directories within the directory of a database',
  });
}
