import { setTimeout as pause } from 'node:timers/promises';
import { Binary, type Document } from 'mongodb';
import { AppError } from '../../../kernel/errors.ts';
import { memberTexts } from '../../../kernel/json-text.ts';
import type { CollectionInfo } from '../../contract.ts';
import { documentLength, idElement } from '../../blocks/index.ts';
import { isHistoryEnded, type ReadMoment, type ReadMoments } from './consistency.ts';
import type { Batch } from './cursor-reply.ts';
import { readCursor } from './cursor.ts';
import type { Deployment, DeploymentServer } from './deployment.ts';
import { isTransient, readFailure, serverCode, UNAUTHORIZED } from './errors.ts';
import { hasIdElement, indexBound } from './id-bound.ts';
import type { RateLimit } from './rate-limit.ts';

/** The largest number of failed tries in a row without a document between them. */
const MAX_FRUITLESS_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 100;
/**
 * The codes of servers that do not support a `hint`, `sort` or `min`: BadValue, FailedToParse, NotImplemented, no plan.
 */
const UNORDERED_CODES = new Set([2, 9, 238, 291, 51_173, 51_174]);

export interface CollectionReading {
  readonly deployment: Deployment;
  readonly collection: CollectionInfo;
  readonly moments: ReadMoments;
  /**
   * The collections that are read in the order of `_id`, which reading can continue after an interruption. A collection
   * is removed if it turns out to have no such order.
   */
  readonly inOrder: Set<CollectionInfo>;
  readonly rateLimit: RateLimit | undefined;
  readonly signal: AbortSignal;
  /** The element `_id` after which reading begins; absent: the start. */
  readonly after?: Uint8Array | undefined;
}

/**
 * Yields the documents of a collection in batches. After a transient error, reading continues after the last `_id`, at
 * another server if necessary. A collection without this order begins again.
 * @throws AppError `COLLECTION_INTERRUPTED` if the collection must be read again from its start, `COLLECTION_DROPPED`
 * if it does not exist any more, `SNAPSHOT_HISTORY_ENDED`, `SOURCE_READ_FAILED`.
 */
export async function* readCollection(
  reading: CollectionReading,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { deployment, collection, moments, signal } = reading;
  const name = `${collection.database}.${collection.name}`;
  const position = new Position(reading.inOrder.has(collection));
  if (reading.after !== undefined) position.resume(reading.after, name);
  for (let fruitless = 0; ;) {
    let server: DeploymentServer | undefined;
    const moment = moments.of(collection);
    try {
      server = await deployment.server();
      for await (const documents of readFrom(server, reading, moment, position)) {
        fruitless = 0;
        yield documents;
      }
      // A missing collection reads like an empty one.
      if ((position.isAtStart || position.wasInterrupted) && !(await exists(server, collection, signal)))
        throw dropped(name);
      return;
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof AppError) throw cause;
      if (isHistoryEnded(cause)) {
        if (server !== undefined && !(await exists(server, collection, signal))) throw dropped(name);
        if (moments.historyEnded(collection, moment, cause) === 'again') position.begin(name);
        else position.interrupt(name);
        continue;
      }
      if (position.isAtStart && position.isOrdered && UNORDERED_CODES.has(serverCode(cause) ?? 0)) {
        position.isOrdered = false;
        reading.inOrder.delete(collection);
        continue;
      }
      if (!isTransient(cause) || ++fruitless >= MAX_FRUITLESS_ATTEMPTS) throw readFailure(name, cause);
      if (server !== undefined) await deployment.giveUp(server);
      position.interrupt(name);
      if (fruitless > 1) await pause(FIRST_PAUSE_MS * 2 ** (fruitless - 2), undefined, { signal });
    }
  }
}

/** The position of the reading in a collection. */
class Position {
  isOrdered: boolean;
  isAtStart = true;
  wasInterrupted = false;
  #first: Uint8Array | undefined;
  #last: Uint8Array | undefined;

  constructor(isOrdered: boolean) {
    this.isOrdered = isOrdered;
  }

  /** The command for the remaining documents. @throws AppError `COLLECTION_INTERRUPTED` */
  command(): Document {
    const order = this.isOrdered ? { sort: { _id: 1 }, hint: { _id: 1 } } : {};
    const min = this.#last === undefined ? undefined : indexBound(this.#last);
    return { ...order, ...(min === undefined ? {} : { min }) };
  }

  /**
   * Moves the position behind a batch. `min` returns the last document once more, which is cut off.
   * @throws AppError `COLLECTION_INTERRUPTED` if the server did not begin there.
   */
  take({ documents, count, lastDocument }: Batch, isFirst: boolean, name: string): Uint8Array<ArrayBuffer> {
    if (count === 0) return documents;
    const last = this.#last;
    let taken = documents;
    if (isFirst && last !== undefined) {
      if (hasIdElement(documents, 0, last)) taken = documents.subarray(documentLength(documents, 0));
      else if (this.#first !== undefined && hasIdElement(documents, 0, this.#first)) throw interrupted(name);
    }
    this.#first ??= idElement(documents, 0);
    this.#last = idElement(documents, lastDocument);
    this.isAtStart = false;
    return taken;
  }

  /** Notes an interruption. @throws AppError `COLLECTION_INTERRUPTED` if reading cannot continue. */
  interrupt(name: string): void {
    this.wasInterrupted = true;
    if (this.isAtStart) return;
    if (!this.isOrdered || this.#last === undefined || indexBound(this.#last) === undefined) throw interrupted(name);
  }

  /**
   * Moves the position behind the documents of an earlier attempt. @throws AppError `COLLECTION_INTERRUPTED` if reading
   * cannot continue there.
   */
  resume(last: Uint8Array, name: string): void {
    this.#last = last;
    this.isAtStart = false;
    this.interrupt(name);
  }

  /** Returns to the start. @throws AppError `COLLECTION_INTERRUPTED` if documents were read before. */
  begin(name: string): void {
    if (!this.isAtStart) throw interrupted(name);
  }
}

async function* readFrom(
  server: DeploymentServer,
  { collection, moments, rateLimit, signal }: CollectionReading,
  moment: ReadMoment,
  position: Position,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { database, name } = collection;
  const concern = moment.readConcern === undefined ? {} : { readConcern: moment.readConcern };
  const command = { find: name, ...position.command(), ...concern };
  let isFirst = true;
  for await (const reply of readCursor(server, { database, command, signal })) {
    if (isFirst) moments.note(collection, moment, reply.atClusterTime);
    const documents = position.take(reply, isFirst, `${database}.${name}`);
    isFirst = false;
    await rateLimit?.take(documents.length, signal);
    if (documents.length > 0) yield documents;
  }
}

/** Whether the collection has an index on `_id` with an order that stays the same during the reading. */
export function hasIdOrder({ type, options, indexes }: CollectionInfo): boolean {
  const members = memberTexts(options);
  if (type !== 'collection' || members.get('capped') === 'true') return false;
  if (indexes.length === 0 || members.has('clusteredIndex')) return true;
  return indexes.some((index) => /^\{"_id":/.test(memberTexts(index).get('key') ?? ''));
}

/** Whether the listed collection still exists, and not another one of its name. */
async function exists(
  server: DeploymentServer,
  { database, name, uuid }: CollectionInfo,
  signal: AbortSignal,
): Promise<boolean> {
  const command = { listCollections: 1, filter: { name }, cursor: {} };
  const reply = await server.command(database, command, { signal }).catch((cause: unknown) => {
    if (serverCode(cause) !== UNAUTHORIZED) throw cause;
    return server.command(database, { ...command, nameOnly: true, authorizedCollections: true }, { signal });
  });
  const cursor: unknown = reply['cursor'];
  const listed: unknown =
    typeof cursor === 'object' && cursor !== null && 'firstBatch' in cursor ? cursor.firstBatch : undefined;
  const found: unknown = Array.isArray(listed) ? listed[0] : undefined;
  if (typeof found !== 'object' || found === null) return false;
  const info: unknown = 'info' in found ? found.info : undefined;
  const now: unknown = typeof info === 'object' && info !== null && 'uuid' in info ? info.uuid : undefined;
  return uuid === undefined || !(now instanceof Binary) || Buffer.from(now.buffer).toString('hex') === uuid;
}

function interrupted(name: string): AppError {
  return new AppError({
    code: 'COLLECTION_INTERRUPTED',
    message: `reading ${name} was interrupted and cannot continue: the collection is read again from its start`,
    transient: true,
  });
}

function dropped(name: string): AppError {
  return new AppError({
    code: 'COLLECTION_DROPPED',
    message: `${name} was dropped while it was captured`,
    transient: true,
  });
}
