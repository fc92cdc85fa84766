import { AppError } from '../../../kernel/errors.ts';
import type { CollectionInfo } from '../../contract.ts';
import { BUCKETS_PREFIX, dumpFileBase } from '../../sources/index.ts';

// The files of a dump as mongodump writes them (docs/formats/mongodump.md says where the format comes from).

/** The file at the top of a dump that names the version of the server. */
export const PRELUDE_FILE = 'prelude.json';

/** The file at the top of a dump with the entries of the oplog. */
export const OPLOG_FILE = 'oplog.bson';

/** Whether the collection is the oplog that `mongodump --oplog` keeps beside the databases. */
export function isOplog({ database, name }: Pick<CollectionInfo, 'database' | 'name'>): boolean {
  return database === 'local' && name === 'oplog.rs';
}

/** The paths of a collection's files below the dump. */
export interface DumpPaths {
  /** Absent for a view, which has no documents. */
  readonly documents?: string;
  /** Absent for the oplog, which has no metadata. */
  readonly metadata?: string;
}

/**
 * Returns the paths of a collection's files.
 * @throws AppError `DUMP_NAME_UNUSABLE` if the database's name cannot be the name of a directory.
 */
export function dumpPaths(info: Pick<CollectionInfo, 'database' | 'name' | 'type' | 'documentsAre'>): DumpPaths {
  if (isOplog(info)) return { documents: OPLOG_FILE };
  const folder = folderOf(info.database);
  const metadata = `${folder}/${dumpFileBase(info.name)}.metadata.json`;
  if (info.type === 'view') return { metadata };
  return { documents: `${folder}/${dumpFileBase(documentsName(info))}.bson`, metadata };
}

/** The name that a dump gives the documents of a collection. The buckets of a time series have a name of their own. */
export function documentsName({ name, documentsAre }: Pick<CollectionInfo, 'name' | 'documentsAre'>): string {
  return documentsAre === 'buckets' ? BUCKETS_PREFIX + name : name;
}

/** MongoDB allows none of these in the name of a database, but an archive that somebody made may hold any text. */
function folderOf(database: string): string {
  const isUnusable = /[/\\\0]/.test(database) || ['', '.', '..', PRELUDE_FILE, OPLOG_FILE].includes(database);
  if (!isUnusable) return database;
  throw new AppError({
    code: 'DUMP_NAME_UNUSABLE',
    message: `a dump cannot hold the database ${JSON.stringify(database)}: mongodump makes a directory of that name, and this is none`,
    hint: 'Leave the database out with --exclude, or rename it with --rename.',
  });
}

/** The text of a collection's `.metadata.json`. Options and indexes keep the text of the source. */
export function metadataText(info: CollectionInfo): string {
  const { options, indexes, uuid, name } = info;
  const facts = { ...(uuid === undefined ? {} : { uuid }), collectionName: name, type: dumpType(info) };
  return `{"options":${options},"indexes":[${indexes.join()}],${JSON.stringify(facts).slice(1)}`;
}

/**
 * The type in the metadata of a dump. mongorestore takes the documents of the type `timeseries` for buckets. Measurements are
 * restored as the documents of a collection, whose options make it a time series.
 */
export function dumpType({ type, documentsAre }: Pick<CollectionInfo, 'type' | 'documentsAre'>): string {
  return type === 'timeseries' && documentsAre !== 'buckets' ? 'collection' : type;
}

/** mongorestore takes this word in `prelude.json`, where mongodump could not ask the server either. */
const UNKNOWN = 'unknown';

/** The text of `prelude.json`. */
export function preludeText(mongodbVersion: string): string {
  return JSON.stringify({ ServerVersion: versionForTools(mongodbVersion) ?? UNKNOWN, ToolVersion: 'longshore' });
}

/** The version as mongorestore parses it, which is three numbers; undefined if it is not known. */
export function versionForTools(mongodbVersion: string): string | undefined {
  return /^\d+\.\d+\.\d+/.exec(mongodbVersion)?.[0];
}
