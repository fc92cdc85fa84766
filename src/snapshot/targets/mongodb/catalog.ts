import { isDeepStrictEqual } from 'node:util';
import { BSON, type Document } from 'mongodb';
import { AppError } from '../../../kernel/errors.ts';
import type { CollectionInfo, CollectionType } from '../../contract.ts';
import { mapParallel, readCursor, serverCode } from '../../sources/deployments.ts';
import type { CollectionName, PresentCollection } from '../contract.ts';
import { documentsOf } from './batches.ts';
import { NAMESPACE_EXISTS, NAMESPACE_NOT_FOUND, nameOf } from './errors.ts';
import { WRITE_CONCERN } from './insert.ts';
import { indexesOf, optionsOf } from './metadata-values.ts';
import type { Primary } from './primary.ts';

const PARALLEL_COMMANDS = 8;

/** A collection as the target lists it. */
interface Listed {
  readonly name: string;
  readonly type: CollectionType;
  readonly options: Document;
}

/** Finds out which of the collections exist, and which hold documents. */
export async function inspect(
  primary: Primary,
  collections: readonly CollectionName[],
  signal: AbortSignal,
): Promise<readonly PresentCollection[]> {
  const byDatabase = Map.groupBy(collections, ({ database }) => database);
  const present: Omit<PresentCollection, 'holdsDocuments'>[] = [];
  for (const [database, wanted] of byDatabase) {
    const names = new Set(wanted.map(({ name }) => name));
    for (const { name, type } of await list(primary, database, {}, signal)) {
      if (names.has(name)) present.push({ database, name, type });
    }
  }
  return await mapParallel(present, PARALLEL_COMMANDS, async (each) => ({
    ...each,
    holdsDocuments: each.type !== 'view' && (await holdsDocuments(primary, each, signal)),
  }));
}

async function holdsDocuments(primary: Primary, collection: CollectionName, signal: AbortSignal): Promise<boolean> {
  const { database, name } = collection;
  return await primary.try(`reading ${nameOf(collection)}`, signal, async (server) => {
    const command = { find: name, limit: 1, singleBatch: true };
    for await (const { count } of readCursor(server, { database, command, signal })) if (count > 0) return true;
    return false;
  });
}

async function list(primary: Primary, database: string, filter: Document, signal: AbortSignal): Promise<Listed[]> {
  return await primary.try(`listing the collections of ${database}`, signal, async (server) => {
    const listed: Listed[] = [];
    for await (const { documents } of readCursor(server, {
      database,
      command: { listCollections: 1, filter },
      signal,
    })) {
      for (const bson of documentsOf(documents)) {
        const read: Readonly<Record<string, unknown>> = BSON.deserialize(bson);
        const { name, type, options } = read;
        if (typeof name !== 'string') continue;
        listed.push({
          name,
          type: type === 'view' || type === 'timeseries' ? type : 'collection',
          options: isPlainObject(options) ? options : {},
        });
      }
    }
    return listed;
  });
}

export async function drop(primary: Primary, collection: CollectionName, signal: AbortSignal): Promise<void> {
  await primary.try(`dropping ${nameOf(collection)}`, signal, async (server) => {
    const command = { drop: collection.name, writeConcern: WRITE_CONCERN };
    await server.command(collection.database, command, { signal }).catch((thrown: unknown) => {
      if (serverCode(thrown) !== NAMESPACE_NOT_FOUND) throw thrown;
    });
  });
}

/**
 * Creates a collection, a time series or a view.
 * @throws AppError `RESTORE_COLLECTION_DIFFERS` if another one has the name.
 */
export async function create(primary: Primary, info: CollectionInfo, signal: AbortSignal): Promise<void> {
  const { database, name } = info;
  // The server makes it with the first document, and lets nobody create it.
  if (name.startsWith('system.')) return;
  const options = optionsOf(info);
  const doing = `creating ${nameOf(info)}`;
  await primary.try(doing, signal, async (server) => {
    const command = { create: name, ...Object.fromEntries(options), writeConcern: WRITE_CONCERN };
    try {
      await server.command(database, command, { signal });
    } catch (thrown) {
      if (serverCode(thrown) !== NAMESPACE_EXISTS) throw thrown;
      const [there] = (await list(primary, database, { name }, signal)).filter((each) => each.name === name);
      if (there === undefined) throw thrown;
      if (there.type !== info.type || !hasOptions(there.options, plain(options))) throw differs(info);
    }
  });
}

/** A server adds the values of options that were not given, so only those that are wanted are compared. */
function hasOptions(there: unknown, wanted: unknown): boolean {
  if (!isPlainObject(wanted) || !isPlainObject(there)) return isDeepStrictEqual(there, wanted);
  return Object.entries(wanted).every(([key, value]) => hasOptions(there[key], value));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** As the driver reads them, so that numbers are compared by their value. */
function plain(options: Map<string, unknown>): Document {
  return BSON.deserialize(BSON.serialize(Object.fromEntries(options)));
}

/** Creates all indexes of a collection with one reading of its documents. */
export async function createIndexes(primary: Primary, info: CollectionInfo, signal: AbortSignal): Promise<void> {
  const indexes = indexesOf(info);
  if (indexes.length === 0 || info.name.startsWith('system.')) return;
  await createIndexesOf(primary, { ...info, indexes }, signal);
}

/** Creates indexes that are given as values. */
export async function createIndexesOf(
  primary: Primary,
  { database, name, indexes }: CollectionName & { readonly indexes: readonly ReadonlyMap<string, unknown>[] },
  signal: AbortSignal,
): Promise<void> {
  await primary.run({
    database,
    command: () => ({ createIndexes: name, indexes, writeConcern: WRITE_CONCERN }),
    doing: `creating the indexes of ${nameOf({ database, name })}`,
    signal,
  });
}

function differs(info: CollectionInfo): AppError {
  return new AppError({
    code: 'RESTORE_COLLECTION_DIFFERS',
    message: `${nameOf(info)} exists already with another type or other options`,
    hint: 'Drop it first with --drop, or give the restored one another name with --rename.',
  });
}
