import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotSource, SourceCollection } from '../../contract.ts';
import { assertNamespace, dumpedCollection } from '../collections.ts';
import { consistencyOf, OPLOG_COLLECTION } from '../consistency.ts';
import { invalidDump } from '../errors.ts';
import { readDumpFile } from '../files.ts';
import type { Pieces } from '../piece-reader.ts';
import type { ArchivedCollection } from './read-archive.ts';
import { readPrelude, unpackArchive, type Unpacked } from './unpack.ts';

export interface MongodumpArchiveOptions {
  /** An existing directory. The archive is unpacked there while the source is open. */
  readonly spool: string;
  /** Whether an archive without collections is valid. */
  readonly allowEmpty?: boolean;
}

/**
 * Opens an archive that `mongodump --archive` wrote, with or without `--gzip`. Only its beginning is read now. The
 * first request for documents unpacks all documents to the spool, because an archive interleaves its collections and
 * one pass must serve all of them. The archive must not change until the source is closed.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`
 */
export async function openMongodumpArchive(
  path: string,
  { spool, allowEmpty = false }: MongodumpArchiveOptions,
): Promise<SnapshotSource> {
  const prelude = await readPrelude(path);
  const unpacking = new Unpacking(path, spool);
  const collections: SourceCollection[] = [];
  let oplog: SourceCollection | undefined;
  for (const [place, archived] of prelude.collections.entries()) {
    const read = (signal: AbortSignal) => unpacking.documents(place, archived, signal);
    if (isOplog(archived)) oplog = { ...OPLOG_COLLECTION, origin: `the oplog in ${path}`, documents: read };
    else collections.push(describe(path, archived, read));
  }
  if (collections.length === 0 && !allowEmpty) throw invalidDump(path, 'holds no collections');
  collections.sort((a, b) => compare(a.database, b.database) || compare(a.name, b.name));
  return {
    mongodbVersion: prelude.serverVersion === '' ? 'unknown' : prelude.serverVersion,
    consistency: consistencyOf({ hasOplog: oplog !== undefined }),
    collections,
    ...(oplog === undefined ? {} : { oplog }),
    // Nothing is left out: an archive with a document that belongs to no listed collection is refused.
    leftOut: [],
    close: () => unpacking.close(),
  };
}

function isOplog({ database, name }: ArchivedCollection): boolean {
  return database === '' && name === 'oplog';
}

function describe(
  path: string,
  archived: ArchivedCollection,
  documents: SourceCollection['documents'],
): SourceCollection {
  const { database, name } = archived;
  const namespace = `${database}.${name}`;
  if (database === '') throw invalidDump(path, `lists the collection ${name} of no database`);
  assertNamespace(namespace, path);
  return dumpedCollection(database, name, archived, { origin: `${namespace} in ${path}`, documents });
}

/** Unpacks an archive once, at the first request. Removes the unpacked files. */
class Unpacking {
  readonly #path: string;
  readonly #spool: string;
  #directory: string | undefined;
  #unpacked: Promise<Unpacked> | undefined;

  constructor(path: string, spool: string) {
    this.#path = path;
    this.#spool = spool;
  }

  async *documents(place: number, collection: ArchivedCollection, signal: AbortSignal): Pieces {
    signal.throwIfAborted();
    if (collection.type === 'view') return;
    this.#unpacked ??= this.#unpack(signal);
    const { prelude, fileOf } = await this.#unpacked;
    const { database, name } = prelude.collections[place] ?? {};
    if (database !== collection.database || name !== collection.name) {
      throw invalidDump(this.#path, 'lists other collections than when it was opened: it was replaced in the meantime');
    }
    yield* readDumpFile(fileOf(place), signal);
  }

  async #unpack(signal: AbortSignal): Promise<Unpacked> {
    this.#directory = await mkdtemp(join(this.#spool, 'archive-'));
    return await unpackArchive(this.#path, this.#directory, signal);
  }

  async close(): Promise<void> {
    // The reader of the documents has already received the error.
    await this.#unpacked?.catch(() => undefined);
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
