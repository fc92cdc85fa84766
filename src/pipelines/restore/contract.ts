import type { Clock } from '../../kernel/clock.ts';
import type { CollectionInfo, LeftOut } from '../../snapshot/contract.ts';
import type { DocumentsHash } from '../../snapshot/blocks/index.ts';
import type { OplogProgress, OplogTime, RestoreTarget } from '../../snapshot/targets/index.ts';
import type { BlockPool } from '../threads/index.ts';

/** A run of whole documents of a collection. Its memory belongs to the receiver. */
export interface RestoreBlock {
  readonly bson: Uint8Array<ArrayBuffer>;
  readonly hash: DocumentsHash;
}

/** A collection, time series or view of a source. */
export interface RestoreCollection extends CollectionInfo {
  /** As the manifest has it; absent if the source has no manifest. */
  readonly documents?: number;
  /** Bytes that show progress: BSON of a snapshot or a dump, or compressed objects of an export. 0 if nobody knows them. */
  readonly bytes: number;
  /**
   * Yields the documents in blocks, always in the same order. What the source knows of its content is checked: the SHA-256 of
   * blocks and objects, and the number of documents. The cuts between blocks may be others in another reading.
   * @param skipped the number of documents at the start that are not wanted.
   * @throws AppError if the content is damaged. Blocks before the damage were yielded.
   */
  blocks(skipped: number, options: BlocksOptions): AsyncIterable<RestoreBlock>;
}

export interface BlocksOptions {
  readonly pool: BlockPool;
  readonly signal: AbortSignal;
  /** Called with further bytes of the collection that were read, in the unit of `RestoreCollection.bytes`. */
  readonly onBytes?: (bytes: number) => void;
}

/** What is restored: a snapshot, an export in a bucket, or a dump. */
export interface RestoreSource {
  /** The source in reports, such as `snapshot 0123…` or the prefix of an export. */
  readonly description: string;
  /** A text that two openings of the same content share, and no other content has: it identifies a state file. */
  readonly identity: string;
  /** The version of the server that the data comes from; absent if the source does not know it. */
  readonly mongodbVersion?: string;
  /** By database then name. Documents come with time series and collections only. */
  readonly collections: readonly RestoreCollection[];
  /** What the source says that it does not hold. */
  readonly leftOut: readonly LeftOut[];
  /** Absent if the source has no oplog. Its entries are one of the `collections`, too. */
  readonly oplog?: RestoreOplog;
}

/** What is restored, and what must be closed after that. */
export interface OpenedRestoreSource {
  readonly source: RestoreSource;
  readonly close: () => Promise<void>;
}

/** What was written while the collections of a source were read. */
export interface RestoreOplog {
  readonly entries: RestoreCollection;
  /** The moments of the first and the last entry; undefined if there is none. @throws AppError `OPLOG_DAMAGED` */
  window(signal: AbortSignal): Promise<OplogWindow | undefined>;
}

export interface OplogWindow {
  readonly first: OplogTime;
  readonly last: OplogTime;
}

/** How an oplog is applied. */
export interface OplogReplay {
  /** The last moment whose entries are applied; absent: all entries are. */
  readonly upTo?: OplogTime;
}

/**
 * What happens to a collection that holds documents before the restore. `fail`: nothing is restored at all. `drop`: it is dropped.
 * `merge`: documents that it lacks are added, and a different document with the same `_id` is an error. `skip`: the
 * collection is left as it is.
 */
export type IfExists = 'fail' | 'drop' | 'merge' | 'skip';

/** The new name of a collection, or of all collections of a database if `name` is absent in both. */
export interface Renaming {
  readonly from: { readonly database: string; readonly name?: string };
  readonly to: { readonly database: string; readonly name?: string };
}

/** The progress of a restore, which a later attempt continues. */
export interface RestoreState {
  /** The state of an earlier attempt of the same restore; undefined: there was none. */
  readonly earlier: RestoreProgressRecord | undefined;
  /** Keeps a record durably before the promise resolves. Calls do not overlap. */
  save(record: RestoreProgressRecord): Promise<void>;
  /** Removes the record, because the restore has succeeded. */
  clear(): Promise<void>;
}

/** Plain JSON. */
export interface RestoreProgressRecord {
  /** By `database.name` in the target. */
  readonly collections: Readonly<Record<string, CollectionProgress>>;
  /** Present as soon as all collections were restored and compared, and the oplog is being applied. */
  readonly oplog?: OplogProgress;
}

export interface CollectionProgress {
  /** The documents from the start of the collection that the target has acknowledged. */
  readonly hash: DocumentsHash;
  /** Bytes of BSON of these documents. */
  readonly bytes: number;
  /** Whether the collection held documents before the restore, and is merged. */
  readonly merged: boolean;
  /** `written`: all documents. `done`: the indexes, too. */
  readonly state: 'begun' | 'written' | 'done';
}

export interface RestoreOptions {
  readonly source: RestoreSource;
  readonly target: RestoreTarget;
  readonly pool: BlockPool;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** `database`, `database.collection`, with `*` for any characters. Empty: everything. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly rename?: readonly Renaming[];
  /** Whether it is no error that there is nothing to restore. Absent: it is one. */
  readonly allowEmpty?: boolean;
  /** Absent: `fail`. */
  readonly ifExists?: IfExists;
  /**
   * Applies the source's oplog after the collections were restored and compared. Everything is then restored under its own name, into
   * collections that hold nothing else. Absent: the oplog is not applied.
   */
  readonly oplog?: OplogReplay;
  /** Only plans: the target is inspected and not changed. */
  readonly dryRun?: boolean;
  /** Absent: an interrupted restore cannot be told from one that never began. */
  readonly state?: RestoreState;
  /** Called often. It must be fast. */
  readonly onProgress?: (progress: RestoreProgress) => void;
}

export interface RestoreProgress {
  readonly phase: 'writing' | 'verifying' | 'replaying';
  readonly collections: number;
  readonly totalCollections: number;
  readonly documents: number;
  /** In the unit of `RestoreCollection.bytes` while `writing`; bytes of BSON while `verifying`; bytes of the oplog while `replaying`. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What became of a collection. It is plain JSON. */
export interface RestoredCollection {
  readonly database: string;
  readonly name: string;
  readonly type: CollectionInfo['type'];
  /** The name in the source, if the collection was renamed. */
  readonly from?: string;
  /** `planned`: the restore was a dry run. */
  readonly outcome: 'restored' | 'skipped' | 'planned';
  /** The documents of the source and their hash; absent if the restore was a dry run and the source gives no counts. */
  readonly source?: DocumentsHash;
  /** Bytes of BSON of the documents of the source. */
  readonly bytes: number;
  /** The documents of the target and their hash; absent if the target cannot be read back. */
  readonly target?: DocumentsHash;
  /**
   * `equal`: the target was read back, and its documents are those of the source. `different`: they are not. `merged`: the target has
   * acknowledged the documents of the source, and holds others, too. `acknowledged`: the target has acknowledged them and cannot be
   * read back. `none`: a view, or nothing was written.
   */
  readonly proof: 'equal' | 'different' | 'merged' | 'acknowledged' | 'none';
}

/** The result of a restore. It is plain JSON. */
export interface RestoreReport {
  readonly source: string;
  readonly target: string;
  readonly collections: readonly RestoredCollection[];
  readonly documents: number;
  /** Bytes of BSON that the target took. */
  readonly bytes: number;
  /** What the source has and the restore left out, and what the source said that it does not hold. */
  readonly leftOut: readonly LeftOut[];
  /**
   * The oplog that was applied after the collections had been compared: what `collections` says was true before it. Absent if none was
   * applied.
   */
  readonly oplog?: AppliedOplog;
  /** One sentence for each collection that is not as it should be; empty for a good restore. */
  readonly problems: readonly string[];
}

/** How an oplog was applied. It is plain JSON. */
export interface AppliedOplog extends OplogProgress {
  /** The moment that was asked for; absent: the end of the oplog. */
  readonly upTo?: OplogTime;
  /** The moments of the first and the last entry of the whole oplog. Absent if it has none. */
  readonly window?: OplogWindow;
  /** A clause for people. Present if the collections may show more than one moment. */
  readonly warning?: string;
}
