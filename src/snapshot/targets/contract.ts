import type { CollectionInfo, CollectionType } from '../contract.ts';
import type { OplogTime } from './oplog-time.ts';

/** The name of a collection. Neither part may be empty. */
export interface CollectionName {
  readonly database: string;
  readonly name: string;
}

/** A collection or view that the target has already. */
export interface PresentCollection extends CollectionName {
  readonly type: CollectionType;
  /** Whether it holds a document; false for a view. */
  readonly holdsDocuments: boolean;
}

/** What a target can do with a collection. */
export interface CollectionWriting {
  /**
   * The number of calls of `writeBlock` that may overlap for this collection. With 1 the blocks come in the order of the
   * source.
   */
  readonly blocksAtOnce: number;
  /**
   * What an interrupted restore may do with the collection. `block`: any block may be written again, and no document is
   * doubled. `collection`: the collection is created anew and written from its first block.
   */
  readonly continuesAt: 'block' | 'collection';
}

/** The result of writing a block. */
export interface BlockWritten {
  /** The documents that were not there. */
  readonly inserted: number;
  /** The documents that were there already with the same bytes. */
  readonly present: number;
}

/** How far an oplog has been applied. It is plain JSON. */
export interface OplogProgress {
  /** The entries from its start that the target has acknowledged. */
  readonly entries: number;
  /**
   * The operations that found nothing to change, because mongodump did not meet what they change: it was deleted or renamed while
   * mongodump was reading.
   */
  readonly unmatched: number;
}

/** An oplog that is applied to collections after they were restored, and how. */
export interface OplogApplication {
  /** Yields the entries in their order; each piece holds whole documents. It is called more than once. */
  readonly entries: () => AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** The last moment whose entries are applied; absent: all entries are. */
  readonly upTo?: OplogTime;
  /** The collections that were restored, without their indexes. */
  readonly collections: readonly CollectionInfo[];
  /** How far an earlier attempt came. */
  readonly earlier: OplogProgress;
  /**
   * Called after each step. A durable step is kept before the promise resolves: what follows must not be done twice.
   */
  readonly onProgress: (progress: OplogProgress, step: { readonly durable: boolean }) => Promise<void>;
  readonly signal: AbortSignal;
}

/** What a target can do with an oplog. */
export interface OplogWriting {
  /** @throws AppError `RESTORE_OPLOG_UNSUPPORTED` if the deployment cannot apply one. Nothing is changed. */
  requireSupport(signal: AbortSignal): Promise<void>;
  /**
   * Applies the entries, and then creates the indexes that the collections have at the end. They come last, because collections that
   * were read at different moments may break the rule of a unique index until all entries were applied.
   * @throws AppError `RESTORE_OPLOG_REFUSED`, `OPLOG_DAMAGED`
   */
  apply(application: OplogApplication): Promise<OplogProgress>;
}

/**
 * A place that receives restored data. The order of the calls is: `inspect` and `drop`; then for each collection
 * `createCollection`, `writeBlock` for each block, and `createIndexes`; then `createView` for each view; then `readBack`;
 * then `finish`. Calls for different collections may overlap, at most `collectionsAtOnce` at a time. Every call throws the
 * reason of its signal. An AppError with `transient` set means that a later retry of the whole restore may succeed; the
 * target has retried already what passes within a minute or so.
 */
export interface RestoreTarget {
  /** The place in errors and reports, without secrets, such as `mongodb://db1.example.com,db2.example.com`. */
  readonly description: string;
  readonly collectionsAtOnce: number;
  /** Those of the collections and views that the target has already. */
  inspect(collections: readonly CollectionName[], signal: AbortSignal): Promise<readonly PresentCollection[]>;
  /** Removes a collection or view. A missing one is no error. */
  drop(collection: CollectionName, signal: AbortSignal): Promise<void>;
  /** Describes how a collection is written. It is called before `createCollection`. */
  writing(info: CollectionInfo): CollectionWriting;
  /**
   * Creates a collection or a time series with its options. One that exists with equal options is kept with its documents,
   * because an earlier attempt may have created it.
   * @param info its `options` and `indexes` are Extended JSON of any origin: canonical or relaxed, as servers, mongodump and
   * Atlas write them.
   * @throws AppError `RESTORE_COLLECTION_DIFFERS` if it exists with other options, `RESTORE_OPTIONS_REFUSED` if the target
   * cannot have such a collection.
   */
  createCollection(info: CollectionInfo, signal: AbortSignal): Promise<void>;
  /**
   * Writes documents that are durable when the promise resolves. A document whose `_id` is there already is compared with the
   * one that is there.
   * @param bson whole documents, one after another, of at most 16 MiB + 16 KiB each. They are lent until the promise settles.
   * @throws AppError `RESTORE_DOCUMENT_DIFFERS` if another document has the `_id`. A transient error ends the restore, except
   * where `continuesAt` is `collection`: the collection is then written again.
   */
  writeBlock(info: CollectionInfo, bson: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<BlockWritten>;
  /** Creates the collection's indexes; equal ones that exist are no error. It is called after the last block. */
  createIndexes(info: CollectionInfo, signal: AbortSignal): Promise<void>;
  /** Creates a view. What it is on exists by now if it is restored at all. An equal view is no error. */
  createView(info: CollectionInfo, signal: AbortSignal): Promise<void>;
  /**
   * Reads back what the target holds of a collection, in any order. The pieces hold whole documents, and each belongs to the
   * caller. Absent if the target cannot be read back; what was acknowledged is then all that is known.
   */
  readBack?(info: CollectionInfo, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Absent if the target cannot apply an oplog. */
  readonly oplog?: OplogWriting;
  /** Whether the target holds an oplog as a collection of its own: `local.oplog.rs`, as a dump does. */
  readonly keepsOplog: boolean;
  /** Ends a restore that succeeded, as a file gets its name. */
  finish(signal: AbortSignal): Promise<void>;
  /** Frees what the target holds. It may be called at any moment and does not throw. */
  close(): Promise<void>;
}
