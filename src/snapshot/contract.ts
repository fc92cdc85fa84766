import type { JsonText } from '../kernel/json-text.ts';

/** Which moment a snapshot shows: one for all collections, one for each, or none. */
export type ConsistencyLevel = 'pointInTime' | 'perCollection' | 'none';

export interface Consistency {
  readonly level: ConsistencyLevel;
  /** The reason for this level, as one sentence for people. */
  readonly reason: string;
}

/** Something that a source has and a snapshot or an export does not hold. */
export interface LeftOut {
  /**
   * A collection as `database.collection`, or the path of a file below the dump. The path of a directory ends with `/`.
   */
  readonly name: string;
  /** The reason for people, as a clause without a full stop. */
  readonly reason: string;
}

export type CollectionType = 'collection' | 'view' | 'timeseries';

/**
 * The properties of a collection. `options` (an object) and each of `indexes` (objects) are the unchanged Extended JSON
 * of the source, because the order of an index's keys matters.
 */
export interface CollectionInfo {
  readonly database: string;
  readonly name: string;
  readonly type: CollectionType;
  readonly options: JsonText;
  readonly indexes: readonly JsonText[];
  /** 32 lower-case hex digits; absent if the source does not know it. */
  readonly uuid?: string;
  /** Set if the documents of a time series are the buckets that MongoDB stores instead of the measurements. */
  readonly documentsAre?: 'buckets';
}
