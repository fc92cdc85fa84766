import type { CollectionInfo, Consistency, LeftOut } from '../contract.ts';

export interface SourceCollection extends CollectionInfo {
  /** The name of the documents' origin in errors, such as a file; absent: database and collection are named. */
  readonly origin?: string;
  /** The bytes of its documents as BSON, if the source knows them before it reads. */
  readonly bytes?: number;
  /**
   * Whether the documents come in the order of `_id`. A later reading can then continue after a document. The value is
   * valid while the documents are read.
   */
  readonly isInOrder?: boolean;
  /**
   * Yields the documents as BSON, one after another. The pieces may be cut anywhere, also inside a document. A piece is
   * valid until the next one is requested. A view yields nothing.
   * @param after the element `_id` of the last document that an earlier reading stored. Only later documents are
   * yielded. Only for a resumed source.
   * @throws AppError `COLLECTION_INTERRUPTED` if the collection must be read again from its start; `COLLECTION_DROPPED`
   * if it does not exist any more. `leftOut` then names it.
   */
  documents(signal: AbortSignal, after?: Uint8Array): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** A reading that was interrupted, and that a source may continue. */
export interface EarlierReading {
  /** `SnapshotSource.place` of that reading. */
  readonly place: string;
  /** The collections of that reading. */
  readonly collections: readonly CollectionInfo[];
  readonly leftOut: readonly LeftOut[];
}

/** A deployment, or a dump of one, opened for one snapshot. */
export interface SnapshotSource {
  readonly mongodbVersion: string;
  /** Read it after the last document, because events during the reading may change it. */
  readonly consistency: Consistency;
  /** All collections of all databases, by database then name. The capture filters them, not the source. */
  readonly collections: readonly SourceCollection[];
  /**
   * The entries that `local.oplog.rs` received while the collections were read. A snapshot keeps them, and an export
   * does not.
   */
  readonly oplog?: SourceCollection;
  /**
   * Everything that the source has but provides no collection for. Read it after the last document, like `consistency`.
   */
  readonly leftOut: readonly LeftOut[];
  /** Deviations from the operator's settings that do not affect the snapshot: sentences for people. */
  readonly warnings?: readonly string[];
  /**
   * The moment that is read, in the source's own form, for a later reading that continues this one. It changes. Absent
   * if no reading can continue.
   */
  readonly place?: string;
  /** Whether the source continues the earlier reading. Its collections are then those of the earlier reading. */
  readonly isResumed?: boolean;
  /**
   * Asks about how many bytes of BSON will be read. A source has this if its collections do not know their bytes. It never fails.
   * @returns undefined if nobody says it.
   */
  estimateBytes?(signal: AbortSignal): Promise<number | undefined>;
  close(): Promise<void>;
}
