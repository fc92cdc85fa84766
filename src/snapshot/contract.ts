import type { JsonObject } from '../kernel/json.ts';

/** What a snapshot may say of the moment that it shows; see docs/guides on consistency. */
export type ConsistencyLevel = 'pointInTime' | 'perCollection' | 'none';

export interface Consistency {
  readonly level: ConsistencyLevel;
  /** One sentence for people: why this level and no better one. */
  readonly reason: string;
}

export type CollectionType = 'collection' | 'view' | 'timeseries';

/** What is known of a collection apart from its documents. `options` and `indexes` are canonical Extended JSON. */
export interface CollectionInfo {
  readonly database: string;
  readonly name: string;
  readonly type: CollectionType;
  readonly options: JsonObject;
  readonly indexes: readonly JsonObject[];
  /** 32 lower-case hex digits, where the source knows it. */
  readonly uuid?: string;
}

export interface SourceCollection extends CollectionInfo {
  /**
   * The documents as BSON, one after another. The pieces may be cut anywhere, also inside a document; each piece is the
   * reader's to keep. A view yields nothing.
   */
  documents(signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** A deployment, or what was dumped of one, opened for one snapshot. */
export interface SnapshotSource {
  readonly mongodbVersion: string;
  readonly consistency: Consistency;
  /** All collections of all databases, by database then name; the source decides no filtering, the capture does. */
  readonly collections: readonly SourceCollection[];
  close(): Promise<void>;
}

/** One stored run of whole documents. */
export interface BlockReference {
  /** Of the uncompressed bytes, lower-case hex: the block's name. */
  readonly sha256: string;
  /** Uncompressed. */
  readonly bytes: number;
  readonly documents: number;
}

/** A collection as a snapshot holds it. */
export interface SnapshotCollection extends CollectionInfo {
  readonly documents: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  readonly blocks: readonly BlockReference[];
}

/** Everything a snapshot says of itself but its collections. Times are milliseconds since the Unix epoch. */
export interface SnapshotHeader {
  readonly id: string;
  readonly clusterName: string;
  /** When the capture began. */
  readonly startedAt: number;
  readonly mongodbVersion: string;
  readonly consistency: Consistency;
}

export interface SnapshotTotals {
  readonly collections: number;
  readonly documents: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  /** What the snapshot's blocks take in the repository, shared blocks included. */
  readonly storedBytes: number;
}
