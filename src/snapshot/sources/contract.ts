import type { CollectionInfo, Consistency, LeftOut } from '../contract.ts';

export interface SourceCollection extends CollectionInfo {
  /** What an error about the documents names, such as the file; where absent, database and collection are named. */
  readonly origin?: string;
  /** Whether the documents come in the order of `_id`, so that a later reading can go on behind one; to be asked while they are read. */
  readonly isInOrder?: boolean;
  /**
   * The documents as BSON, one after another. The pieces may be cut anywhere, also inside a document; each is lent until the next
   * one is asked for. A view yields nothing.
   * @param after the element `_id` of the last document that an earlier reading stored: the documents behind it come. Only for a source
   *   that was resumed.
   * @throws AppError `COLLECTION_INTERRUPTED` where what was read counts no longer, and the collection is to be read again;
   *   `COLLECTION_DROPPED` where it is there no longer, which `leftOut` then names.
   */
  documents(signal: AbortSignal, after?: Uint8Array): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** A reading that ended before its end, and that a source may go on with. */
export interface EarlierReading {
  /** The source's own words for where it was: `SnapshotSource.place`. */
  readonly place: string;
  /** What was to be read. */
  readonly collections: readonly CollectionInfo[];
  readonly leftOut: readonly LeftOut[];
}

/** A deployment, or what was dumped of one, opened for one snapshot. */
export interface SnapshotSource {
  readonly mongodbVersion: string;
  /** To be asked for when the last document has been read: what happened meanwhile may change it. */
  readonly consistency: Consistency;
  /** All collections of all databases, by database then name; the source decides no filtering, the capture does. */
  readonly collections: readonly SourceCollection[];
  /** What was written to `local.oplog.rs` while the collections were read; a snapshot keeps it, and an export does not. */
  readonly oplog?: SourceCollection;
  /**
   * What the source has and gives no collection for: nothing of a source is passed over without a word. To be asked for when
   * the last document has been read, like `consistency`.
   */
  readonly leftOut: readonly LeftOut[];
  /** What is not as the operator asked for it, and does no harm to the snapshot: sentences for people. */
  readonly warnings?: readonly string[];
  /** Which moment is read, for a later reading that is to go on with this one; it changes. Absent where none can. */
  readonly place?: string;
  /** Whether it goes on with the earlier reading that it was opened with: its collections are those of that one. */
  readonly isResumed?: boolean;
  close(): Promise<void>;
}
