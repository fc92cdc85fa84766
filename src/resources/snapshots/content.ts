import type { Id } from '../../kernel/ids.ts';
import type { SnapshotRepository } from '../../snapshot/repository/index.ts';
import { snapshotCollectionNotFound, snapshotDatabaseNotFound } from './errors.ts';

/** A collection that a snapshot holds. */
export interface CollectionName {
  readonly database: string;
  readonly name: string;
}

/** Returns the collections of a snapshot, sorted by database and name. @throws ApiError if there is no such snapshot, or it is not completed. */
export type OpenContent = (groupId: Id, clusterName: string, snapshotId: Id) => Promise<readonly CollectionName[]>;

/** The number of names that stay in memory after a request, because pages of one list are asked for one after another. */
const KEPT_NAMES = 100_000;

/**
 * Reads what snapshots hold from their manifests. One manifest is read at a time, because a manifest has megabytes, and its
 * names are kept until those of other snapshots take their place. A snapshot never changes.
 */
export function createContentReader(repository: Pick<SnapshotRepository, 'collectionNames'>) {
  const kept = new Map<Id, readonly CollectionName[]>();
  let reading: Promise<unknown> = Promise.resolve();

  async function read(id: Id): Promise<readonly CollectionName[]> {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const names: CollectionName[] = [];
    for await (const { database, name } of repository.collectionNames(id)) names.push({ database, name });
    kept.set(id, names);
    let sum = [...kept.values()].reduce((total, { length }) => total + length, 0);
    for (const [other, { length }] of kept) {
      if (sum <= KEPT_NAMES || other === id) break;
      kept.delete(other);
      sum -= length;
    }
    return names;
  }

  return {
    collectionsOf: async (id: Id): Promise<readonly CollectionName[]> => {
      const result = reading.then(() => read(id));
      reading = result.catch(() => undefined);
      return await result;
    },
  };
}

export function databasesOf(content: readonly CollectionName[]): readonly string[] {
  return [...new Set(content.map(({ database }) => database))];
}

/** @throws ApiError `SNAPSHOT_DATABASE_NOT_FOUND` */
export function databaseOf(content: readonly CollectionName[], name: string): string {
  if (!content.some(({ database }) => database === name)) throw snapshotDatabaseNotFound(name);
  return name;
}

/** @throws ApiError `SNAPSHOT_DATABASE_NOT_FOUND` */
export function collectionsOf(content: readonly CollectionName[], database: string): readonly string[] {
  databaseOf(content, database);
  return content.filter((collection) => collection.database === database).map(({ name }) => name);
}

/** @throws ApiError `SNAPSHOT_DATABASE_NOT_FOUND`, `SNAPSHOT_COLLECTION_NOT_FOUND` */
export function collectionOf(content: readonly CollectionName[], database: string, name: string): string {
  if (!collectionsOf(content, database).includes(name)) throw snapshotCollectionNotFound(name, database);
  return name;
}
