import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { syncDirectory } from '../../../kernel/sync-directory.ts';
import { BlockMemory, countDocuments, cutIntoBlocks } from '../../blocks/index.ts';
import type { CollectionInfo, CollectionType } from '../../contract.ts';
import { readDumpFile, readMetadata } from '../../sources/index.ts';
import type { BlockWritten, CollectionName, CollectionWriting, PresentCollection, RestoreTarget } from '../contract.ts';
import { dumpPaths, metadataText, PRELUDE_FILE, preludeText, type DumpPaths } from './dump-files.ts';
import { metadataDiffer, unwritable } from './errors.ts';
import { ifThere, OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, PARTIAL, putInPlace, removeFiles, writeWhole } from './files.ts';

/** Files are written one after another on a disk, and more of them at a time only take memory. */
const COLLECTIONS_AT_ONCE = 2;

export interface DumpTargetOptions {
  /** The version of the server in `prelude.json`; absent: unknown. */
  readonly mongodbVersion?: string;
}

/**
 * Opens a directory for a restore, which writes what mongodump writes. A directory that does not exist is written as
 * `<directory>.partial`, and gets its name when the dump is whole. A killed restore continues with the collections that are
 * missing. In a directory that exists, each collection is replaced on its own.
 * @throws AppError `DUMP_UNWRITABLE`, `DUMP_DISK_FULL`
 */
export async function openDumpTarget(directory: string, options: DumpTargetOptions = {}): Promise<DumpTarget> {
  const path = resolve(directory);
  return await guarded(path, async () => {
    const exists = (await ifThere(stat(path))) !== undefined;
    const root = exists ? path : path + PARTIAL;
    await mkdir(root, { recursive: true, mode: OWNER_ONLY_FOLDER });
    return new DumpTarget(path, root, options);
  });
}

export class DumpTarget implements RestoreTarget {
  readonly description: string;
  readonly collectionsAtOnce = COLLECTIONS_AT_ONCE;
  readonly keepsOplog = true;
  /** Where the files are until `finish`. */
  readonly root: string;
  readonly #path: string;
  readonly #mongodbVersion: string;
  /** The files that documents are being written to, by their paths. */
  readonly #open = new Map<string, FileHandle>();

  constructor(path: string, root: string, { mongodbVersion = 'unknown' }: DumpTargetOptions) {
    this.#path = path;
    this.root = root;
    this.description = `the dump ${path}`;
    this.#mongodbVersion = mongodbVersion;
  }

  async inspect(collections: readonly CollectionName[], signal: AbortSignal): Promise<readonly PresentCollection[]> {
    const present: PresentCollection[] = [];
    for (const { database, name } of collections) {
      signal.throwIfAborted();
      const type = await this.#typeOf({ database, name });
      if (type === undefined) continue;
      let holdsDocuments = false;
      for (const path of this.#documentFiles({ database, name })) {
        const facts = await ifThere(stat(path));
        holdsDocuments ||= facts !== undefined && facts.size > 0;
      }
      present.push({ database, name, type, holdsDocuments });
    }
    return present;
  }

  async drop(collection: CollectionName, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const metadata = this.#metadataFile(collection);
    const documents = this.#documentFiles(collection);
    await guarded(metadata ?? this.root, async () => {
      // The metadata go last, because they show that something is there.
      await removeFiles([...documents, ...(metadata === undefined ? [] : [`${metadata}.gz`, metadata])]);
    });
  }

  writing(): CollectionWriting {
    return { blocksAtOnce: 1, continuesAt: 'collection' };
  }

  async createCollection(info: CollectionInfo, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { documents, metadata } = this.#paths(info);
    await this.#describe(info, metadata);
    if (documents === undefined) return;
    await guarded(documents, async () => {
      if ((await ifThere(stat(documents))) !== undefined) return;
      // An earlier attempt may have written documents that its record has.
      await (await open(documents + PARTIAL, 'a', OWNER_ONLY_FILE)).close();
    });
  }

  async writeBlock(info: CollectionInfo, bson: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<BlockWritten> {
    signal.throwIfAborted();
    const { documents: path = '' } = this.#paths(info);
    await guarded(path, async () => {
      const handle = this.#open.get(path) ?? (await open(path + PARTIAL, 'a', OWNER_ONLY_FILE));
      this.#open.set(path, handle);
      await handle.appendFile(bson);
      await handle.datasync();
    });
    return { inserted: countDocuments(bson), present: 0 };
  }

  /** Gives the file of the documents its name. The indexes are in the metadata already. */
  async createIndexes(info: CollectionInfo, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { documents: path } = this.#paths(info);
    if (path === undefined) return;
    await guarded(path, async () => {
      await this.#open.get(path)?.close();
      this.#open.delete(path);
      if ((await ifThere(stat(path + PARTIAL))) !== undefined) await putInPlace(path);
    });
  }

  async createView(info: CollectionInfo, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#describe(info, this.#paths(info).metadata);
  }

  async *readBack(info: CollectionInfo, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const { documents: path } = this.#paths(info);
    if (path === undefined) return;
    const memory = new BlockMemory();
    for await (const { bson } of cutIntoBlocks(readDumpFile(path, signal), path, memory)) yield bson;
  }

  async finish(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await guarded(this.#path, async () => {
      await writeWhole(join(this.root, PRELUDE_FILE), preludeText(this.#mongodbVersion));
      if (this.root === this.#path) return;
      await rename(this.root, this.#path);
      await syncDirectory(dirname(this.#path));
    });
  }

  async close(): Promise<void> {
    const handles = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(handles.map((handle) => handle.close()));
  }

  /** Writes the metadata, unless they are there. @throws AppError `RESTORE_COLLECTION_DIFFERS` */
  async #describe(info: CollectionInfo, path: string | undefined): Promise<void> {
    if (path === undefined) return;
    const text = metadataText(info);
    await guarded(path, async () => {
      await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
      const handle = await ifThere(open(path, 'r'));
      if (handle === undefined) {
        await writeWhole(path, text);
        await syncDirectory(this.root);
        return;
      }
      const present = await handle.readFile('utf8').finally(() => handle.close());
      if (present !== text) throw metadataDiffer(`${info.database}.${info.name}`, path);
    });
  }

  #paths(info: Pick<CollectionInfo, 'database' | 'name' | 'type' | 'documentsAre'>): DumpPaths {
    const { documents, metadata } = dumpPaths(info);
    return {
      ...(documents === undefined ? {} : { documents: join(this.root, documents) }),
      ...(metadata === undefined ? {} : { metadata: join(this.root, metadata) }),
    };
  }

  /** Undefined for the oplog. */
  #metadataFile(collection: CollectionName): string | undefined {
    return this.#paths({ ...collection, type: 'view' }).metadata;
  }

  /** All files that may hold documents of a collection: whole, zipped by mongodump or partial, as documents or as buckets. */
  #documentFiles(collection: CollectionName): readonly string[] {
    const kinds = [{ type: 'collection' }, { type: 'timeseries', documentsAre: 'buckets' }] as const;
    return kinds.flatMap((kind) => {
      const { documents } = this.#paths({ ...collection, ...kind });
      return documents === undefined ? [] : [documents, documents + PARTIAL, `${documents}.gz`];
    });
  }

  async #typeOf(collection: CollectionName): Promise<CollectionType | undefined> {
    const path = this.#metadataFile(collection);
    if (path === undefined) return await this.#typeOfOplog(collection);
    for (const file of [path, `${path}.gz`]) {
      if ((await ifThere(stat(file))) !== undefined) return (await readMetadata(file)).type;
    }
    return undefined;
  }

  async #typeOfOplog(collection: CollectionName): Promise<CollectionType | undefined> {
    for (const file of this.#documentFiles(collection)) {
      if ((await ifThere(stat(file))) !== undefined) return 'collection';
    }
    return undefined;
  }
}

/** Calls node:fs, and converts its errors. */
async function guarded<Result>(path: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}
