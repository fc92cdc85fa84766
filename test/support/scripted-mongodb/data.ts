import { compareIds, idOf } from './id-order.ts';
import type { Doc } from './wire-messages.ts';

/** A collection as a test describes it. */
export interface ScriptedCollection {
  /** BSON documents in their natural order, or a function that yields documents in the order of their `_id`, for data larger than memory. */
  readonly documents?: readonly Uint8Array[] | (() => Iterable<Uint8Array>);
  /** The buckets of a time series that were written as buckets. */
  readonly buckets?: readonly Uint8Array[];
  readonly type?: 'collection' | 'view' | 'timeseries';
  readonly options?: Doc;
  readonly indexes?: readonly Doc[];
  /** The answers of `count` and `$collStats`; absent: computed from all documents. */
  readonly stats?: { readonly count: number; readonly size: number };
}

/** Collections by the name of their database and by their own name. */
export type ScriptedDatabases = Readonly<Record<string, Readonly<Record<string, ScriptedCollection>>>>;

export interface ReadRange {
  readonly isSorted: boolean;
  /** The lowest `_id` that is read. */
  readonly min?: { readonly id: unknown };
  /** The end of the range. A document with this `_id` is not read. */
  readonly max?: { readonly id: unknown };
}

/** The sorted documents of each array. An array may have grown since. */
const sortedDocuments = new WeakMap<readonly Uint8Array[], readonly Uint8Array[]>();

/** Collections that hold the buckets of a time series. */
const bucketCollections = new WeakMap<ScriptedCollection, ScriptedCollection>();
const BUCKETS = 'system.buckets.';

export function* readDocuments({ documents = [] }: ScriptedCollection, range: ReadRange): Generator<Uint8Array> {
  const { isSorted, min, max } = range;
  const all = typeof documents === 'function' ? documents() : isSorted ? sorted(documents) : documents;
  for (const document of all) {
    if (min !== undefined && compareIds(idOf(document), min.id) < 0) continue;
    if (max !== undefined && compareIds(idOf(document), max.id) >= 0) continue;
    yield document;
  }
}

function sorted(documents: readonly Uint8Array[]): readonly Uint8Array[] {
  let inOrder = sortedDocuments.get(documents);
  if (inOrder?.length !== documents.length) {
    inOrder = documents
      .map((document) => ({ document, id: idOf(document) }))
      .sort((a, b) => compareIds(a.id, b.id))
      .map(({ document }) => document);
    sortedDocuments.set(documents, inOrder);
  }
  return inOrder;
}

/** Returns the number of documents, and their size in bytes. */
export function statsOf({ documents = [], stats }: ScriptedCollection): { count: number; size: number } {
  if (stats !== undefined) return stats;
  const all = typeof documents === 'function' ? [...documents()] : documents;
  return { count: all.length, size: all.reduce((sum, document) => sum + document.length, 0) };
}

interface Version {
  /** The cluster time at which this version begins. */
  readonly from: bigint;
  /** Absent if the collection was dropped. */
  readonly collection?: ScriptedCollection;
}

/** The collections of a deployment, now and at earlier cluster times. */
export class History {
  readonly #databases = new Map<string, Map<string, Version[]>>();

  set(time: bigint, database: string, name: string, collection: ScriptedCollection | undefined): void {
    const collections = this.#databases.get(database) ?? new Map<string, Version[]>();
    this.#databases.set(database, collections);
    const versions = collections.get(name) ?? [];
    collections.set(name, versions);
    versions.push({ from: time, ...(collection === undefined ? {} : { collection }) });
  }

  /** Returns the collection as it was at a cluster time. @param time absent: now. */
  collection(database: string, name: string, time?: bigint): ScriptedCollection | undefined {
    const versions = this.#databases.get(database)?.get(name) ?? [];
    return versions.findLast(({ from }) => time === undefined || from <= time)?.collection;
  }

  /**
   * Returns what a name reads: a collection, or the buckets of a time series. A time series that has only buckets shows each of them as one
   * measurement, where MongoDB unpacks them: what matters here is that they are seen.
   */
  readable(database: string, name: string, time?: bigint): ScriptedCollection | undefined {
    const owner = this.collection(database, name.startsWith(BUCKETS) ? name.slice(BUCKETS.length) : name, time);
    if (owner?.type !== 'timeseries') return this.collection(database, name, time);
    const isOfBuckets = name.startsWith(BUCKETS) || (owner.documents?.length === 0 && owner.buckets !== undefined);
    if (!isOfBuckets) return owner;
    let buckets = bucketCollections.get(owner);
    if (buckets === undefined) {
      buckets = { documents: owner.buckets ?? [] };
      bucketCollections.set(owner, buckets);
    }
    return buckets;
  }

  databases(): string[] {
    return [...this.#databases.keys()].filter((database) => this.collections(database).length > 0);
  }

  /** Returns the present collections, and those that MongoDB adds for views and time series. */
  collections(database: string): { readonly name: string; readonly collection: ScriptedCollection }[] {
    const found = [...(this.#databases.get(database)?.keys() ?? [])].flatMap((name) => {
      const collection = this.collection(database, name);
      return collection === undefined ? [] : [{ name, collection }];
    });
    const added = found.flatMap(({ name, collection: { type } }) =>
      type === 'timeseries' ? [`system.buckets.${name}`] : type === 'view' ? ['system.views'] : [],
    );
    return [...found, ...[...new Set(added)].map((name) => ({ name, collection: {} }))];
  }
}
