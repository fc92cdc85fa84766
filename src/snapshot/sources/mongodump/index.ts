import { Type } from 'typebox';
import { messageOf } from '../../../kernel/errors.ts';
import { jsonTextReader } from '../../../kernel/json-reader.ts';
import type { LeftOut } from '../../contract.ts';
import type { SnapshotSource, SourceCollection } from '../contract.ts';
import { collectionsOf } from './collections.ts';
import { consistencyOf, OPLOG_COLLECTION } from './consistency.ts';
import { readLayout } from './directory.ts';
import { invalidDump } from './errors.ts';
import { readDumpText, readOplogFile } from './files.ts';

export interface MongodumpOptions {
  /** The name of the database if the directory holds the files of a single one; absent: the name of the directory. */
  readonly database?: string;
  /** Whether a directory without any file of a dump is valid. */
  readonly allowEmpty?: boolean;
}

/**
 * Opens a directory that mongodump wrote, of a whole deployment or of one database, with or without --gzip. The files
 * are listed now and their documents are read later, so they must not change until the source is closed.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`
 */
export async function openMongodumpSource(
  directory: string,
  { database, allowEmpty = false }: MongodumpOptions = {},
): Promise<SnapshotSource> {
  const layout = await readLayout(directory, database);
  const collections: SourceCollection[] = [];
  const leftOut: LeftOut[] = [...layout.leftOut];
  for (const each of layout.databases) {
    const found = await collectionsOf(each);
    collections.push(...found.collections);
    leftOut.push(...found.leftOut);
  }
  if (collections.length === 0 && !allowEmpty) {
    throw invalidDump(directory, 'holds no dump: neither it nor its directories have .bson or .metadata.json files');
  }
  collections.sort((a, b) => compare(a.database, b.database) || compare(a.name, b.name));
  assertNoNameTwice(directory, collections);
  const { oplog } = layout;
  return {
    mongodbVersion: await versionOf(layout.preludes),
    consistency: consistencyOf({ hasOplog: oplog !== undefined }),
    collections,
    ...(oplog === undefined
      ? {}
      : { oplog: { ...OPLOG_COLLECTION, origin: oplog, documents: (signal) => readOplogFile(oplog, signal) } }),
    leftOut,
    close: () => Promise.resolve(),
  };
}

const readPrelude = jsonTextReader(Type.Object({ ServerVersion: Type.Optional(Type.String()) }));

async function versionOf(preludes: readonly string[]): Promise<string> {
  for (const path of preludes) {
    const { ServerVersion: version = '' } = await readPreludeFile(path);
    if (version !== '') return version;
  }
  return 'unknown';
}

/** @throws AppError `INVALID_DUMP` */
async function readPreludeFile(path: string): Promise<ReturnType<typeof readPrelude>> {
  const text = await readDumpText(path);
  try {
    return readPrelude(text);
  } catch (cause) {
    throw invalidDump(path, `cannot be read: ${messageOf(cause)}`, cause);
  }
}

function assertNoNameTwice(directory: string, collections: readonly SourceCollection[]): void {
  const seen = new Set<string>();
  for (const { database, name } of collections) {
    const both = JSON.stringify([database, name]);
    if (seen.has(both)) throw invalidDump(directory, `has two files of the collection ${database}.${name}`);
    seen.add(both);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
