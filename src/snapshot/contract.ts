import type { JsonText } from '../kernel/json-text.ts';

/** What a snapshot may say of the moment that it shows: one for all, one for each collection, or none. */
export type ConsistencyLevel = 'pointInTime' | 'perCollection' | 'none';

export interface Consistency {
  readonly level: ConsistencyLevel;
  /** One sentence for people: why this level and no better one. */
  readonly reason: string;
}

/** Something that a source has and a snapshot or an export does not hold. */
export interface LeftOut {
  /** A collection as `database.collection`, or a file's path below the dump, directories with a `/` at the end. */
  readonly name: string;
  /** Why, for people: a clause without a full stop. */
  readonly reason: string;
}

export type CollectionType = 'collection' | 'view' | 'timeseries';

/**
 * What is known of a collection apart from its documents. `options` (an object) and each of `indexes` (objects) are Extended
 * JSON in the very text of the source: the order of an index's keys is what it indexes.
 */
export interface CollectionInfo {
  readonly database: string;
  readonly name: string;
  readonly type: CollectionType;
  readonly options: JsonText;
  readonly indexes: readonly JsonText[];
  /** 32 lower-case hex digits, where the source knows it. */
  readonly uuid?: string;
  /** Set where the documents of a time series are the buckets that MongoDB stores, not the measurements. */
  readonly documentsAre?: 'buckets';
}
