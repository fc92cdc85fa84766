import { Timestamp, type Document } from 'mongodb';
import { AppError, messageOf } from '../../../kernel/errors.ts';
import type { CollectionInfo, Consistency } from '../../contract.ts';
import type { EarlierReading } from '../contract.ts';
import { cursorOf } from './cursor-reply.ts';
import type { Deployment, DeploymentServer } from './deployment.ts';
import { isTransient, openFailure, serverCode, SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE } from './errors.ts';
import { readPlace, type Place } from './read-place.ts';

/** The reaction if reading takes longer than the deployment keeps its history. */
export type WhenHistoryEnds = 'fail' | 'fallBack';

/** The default of minSnapshotHistoryWindowInSeconds. Most users may not read the setting. */
const DEFAULT_WINDOW_SECONDS = 300;

const RUNNING = 'what was written meanwhile may be there in part.';

/** How a collection is read. */
export interface ReadMoment {
  readonly readConcern: Document | undefined;
  /** The cluster time that replies must name; undefined if there is none. */
  readonly atClusterTime: bigint | undefined;
}

/**
 * Tracks which moment a snapshot shows: one cluster time for all collections, one for each, or none. The level begins
 * with the best that the deployment supports. It becomes worse only if the operator has chosen so.
 */
export class ReadMoments {
  /** `Deployment.place` */
  readonly #deployment: string;
  readonly #readConcern: Document | undefined;
  readonly #whenHistoryEnds: WhenHistoryEnds;
  readonly #windowSeconds: number;
  /**
   * The cluster time of all collections while the level is `pointInTime`; undefined if the deployment supports none.
   */
  readonly #time: bigint | undefined;
  #consistency: Consistency;
  /** The cluster time at which each collection was begun. Reading continues at the same time. */
  readonly #times = new Map<CollectionInfo, bigint>();
  readonly #torn = new Set<CollectionInfo>();
  /** Whether the time comes from an earlier attempt. */
  readonly #isResumed: boolean;

  private constructor(facts: {
    readonly deployment: Deployment;
    readonly whenHistoryEnds: WhenHistoryEnds;
    readonly windowSeconds?: number;
    readonly consistency: Consistency;
    readonly time?: bigint;
    readonly isResumed?: boolean;
  }) {
    this.#deployment = facts.deployment.place;
    this.#readConcern = facts.deployment.readConcern;
    this.#whenHistoryEnds = facts.whenHistoryEnds;
    this.#windowSeconds = facts.windowSeconds ?? DEFAULT_WINDOW_SECONDS;
    this.#consistency = facts.consistency;
    this.#time = facts.time;
    this.#isResumed = facts.isResumed ?? false;
  }

  /**
   * Takes the deployment's present cluster time if reads at a cluster time are supported. @param collections the
   * collections to read.
   */
  static async begin(
    deployment: Deployment,
    server: DeploymentServer,
    collections: readonly CollectionInfo[],
    whenHistoryEnds: WhenHistoryEnds,
  ): Promise<ReadMoments> {
    const facts = { deployment, whenHistoryEnds };
    const none = (reason: string): ReadMoments => new ReadMoments({ ...facts, consistency: { level: 'none', reason } });
    if (deployment.facts.kind === 'standalone') {
      return none(
        `A standalone server has no cluster time to read at: the collections were read one after another, and ${RUNNING}`,
      );
    }
    const some = collections.find(({ type }) => type === 'collection');
    if (some === undefined) return none('There was no collection whose cluster time could have been read.');
    let time: bigint | undefined;
    try {
      time = await clusterTime(server, some);
    } catch (cause) {
      if (isTransient(cause)) throw openFailure(cause);
      return none(`The server refuses to read at one cluster time (${messageOf(cause)}): ${RUNNING}`);
    }
    if (time === undefined) {
      return none(`The server takes the read concern snapshot, but names no cluster time that it reads at: ${RUNNING}`);
    }
    const windowSeconds = await historyWindow(server);
    const consistency: Consistency = {
      level: 'pointInTime',
      reason: `All collections were read at the cluster time ${shown(time)}.`,
    };
    return new ReadMoments({ ...facts, consistency, time, ...(windowSeconds === undefined ? {} : { windowSeconds }) });
  }

  /**
   * Continues at the moment of an earlier reading.
   * @returns undefined if it was of another deployment, or if its cluster time can no longer be read and the operator chose to
   * fail. Reading must then begin at a new time.
   */
  static async resume(
    deployment: Deployment,
    server: DeploymentServer,
    { place: text, collections }: EarlierReading,
    whenHistoryEnds: WhenHistoryEnds,
  ): Promise<ReadMoments | undefined> {
    const { deployment: place, level, reason, time: shared, times } = readPlace(text);
    if (place !== deployment.place) return undefined;
    const facts = { deployment, whenHistoryEnds, consistency: { level, reason } };
    if (shared === undefined) return new ReadMoments(facts);
    const time = BigInt(shared);
    if (level === 'pointInTime' && whenHistoryEnds === 'fail' && !(await canReadAt(server, collections, time)))
      return undefined;
    const windowSeconds = await historyWindow(server);
    const moments = new ReadMoments({
      ...{ ...facts, time, isResumed: true },
      ...(windowSeconds === undefined ? {} : { windowSeconds }),
    });
    for (const own of times) {
      const collection = collections.find(({ database, name }) => database === own.database && name === own.name);
      if (collection !== undefined) moments.#times.set(collection, BigInt(own.time));
    }
    return moments;
  }

  /** The moment for a later attempt. */
  get place(): string {
    const isShared = this.#consistency.level === 'pointInTime';
    const begun = isShared ? [] : [...this.#times];
    const times = begun.map(([{ database, name }, time]) => ({ database, name, time: String(time) }));
    const place: Place = {
      deployment: this.#deployment,
      ...this.#consistency,
      ...(this.#time === undefined ? {} : { time: String(this.#time) }),
      times,
    };
    return JSON.stringify(place);
  }

  get consistency(): Consistency {
    return this.#consistency;
  }

  /** How a collection is read from now on. */
  of(collection: CollectionInfo): ReadMoment {
    if (this.#time === undefined || this.#torn.has(collection)) {
      return { readConcern: this.#readConcern, atClusterTime: undefined };
    }
    const time = this.#times.get(collection) ?? (this.#consistency.level === 'pointInTime' ? this.#time : undefined);
    return { readConcern: snapshotConcern(time), atClusterTime: time };
  }

  /** Compares the time in a reply with the requested time. @throws AppError `INVALID_SERVER_REPLY` if they differ. */
  note(collection: CollectionInfo, asked: ReadMoment, atClusterTime: bigint | undefined): void {
    if (asked.readConcern?.['level'] !== 'snapshot') return;
    if (atClusterTime === undefined || (asked.atClusterTime !== undefined && asked.atClusterTime !== atClusterTime)) {
      throw new AppError({
        code: 'INVALID_SERVER_REPLY',
        message: `${collection.database}.${collection.name} was to be read at one cluster time, and the server read it at another or named none`,
      });
    }
    this.#times.set(collection, atClusterTime);
  }

  /**
   * Handles a collection that can no longer be read at its moment, because the server no longer keeps that history, or
   * because the collection or its indexes were changed.
   * @param asked the requested moment. A collection that was begun before the level became `perCollection` is still
   * read at the old moment.
   * @returns `again` if the collection must be read from its start, `goOn` if reading continues without a certain
   * moment.
   * @throws AppError `SNAPSHOT_HISTORY_ENDED` if the operator chose to fail. It is transient after a change, and if the
   * time came from an earlier attempt, because the next attempt takes a new time.
   */
  historyEnded(collection: CollectionInfo, asked: ReadMoment, cause: unknown): 'again' | 'goOn' {
    const name = `${collection.database}.${collection.name}`;
    const isChanged = serverCode(cause) === SNAPSHOT_UNAVAILABLE;
    if (this.#whenHistoryEnds === 'fail') {
      throw isChanged ? changed(name) : historyEnded(name, this.#windowSeconds, this.#isResumed);
    }
    const why = isChanged
      ? `${name} or its indexes were changed while the deployment was read`
      : `Reading took longer than the ${this.#windowSeconds} s of history that the deployment keeps`;
    if (asked.atClusterTime !== undefined && asked.atClusterTime === this.#time) {
      if (this.#consistency.level === 'pointInTime') {
        const reason = `${why}: from ${name} on, each collection was read at a cluster time of its own.`;
        this.#consistency = { level: 'perCollection', reason };
      }
      this.#times.delete(collection);
      return 'again';
    }
    this.#torn.add(collection);
    const torn = [...this.#torn].map((each) => `${each.database}.${each.name}`).join(', ');
    this.#consistency = {
      level: 'none',
      reason: `${why}, and ${torn} cannot be read at one time of its own: ${RUNNING}`,
    };
    return 'goOn';
  }
}

/** Whether the server no longer has the history for a snapshot read. */
export function isHistoryEnded(thrown: unknown): boolean {
  return [SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE].includes(serverCode(thrown) ?? 0);
}

/**
 * @param time the time to read at; absent: the deployment's present time. @returns the time that the server names;
 * undefined if it names none.
 */
async function clusterTime(
  server: DeploymentServer,
  { database, name }: CollectionInfo,
  time?: bigint,
): Promise<bigint | undefined> {
  const session = server.startSession();
  try {
    const command = { find: name, batchSize: 1, singleBatch: true, readConcern: snapshotConcern(time) };
    return cursorOf(await server.command(database, command, { raw: true, session })).atClusterTime;
  } finally {
    await session?.endSession();
  }
}

async function canReadAt(
  server: DeploymentServer,
  collections: readonly CollectionInfo[],
  time: bigint,
): Promise<boolean> {
  const some = collections.find(({ type }) => type === 'collection');
  if (some === undefined) return false;
  try {
    return (await clusterTime(server, some, time)) === time;
  } catch (cause) {
    if (isTransient(cause)) throw openFailure(cause);
    return false;
  }
}

/** Returns the setting if the user may read it, which needs more rights than reading data. */
async function historyWindow(server: DeploymentServer): Promise<number | undefined> {
  try {
    const command = { getParameter: 1, minSnapshotHistoryWindowInSeconds: 1 };
    const { minSnapshotHistoryWindowInSeconds: seconds }: Document = await server.command('admin', command);
    return typeof seconds === 'number' ? seconds : undefined;
  } catch {
    return undefined;
  }
}

function snapshotConcern(time: bigint | undefined): Document {
  return { level: 'snapshot', ...(time === undefined ? {} : { atClusterTime: new Timestamp(time) }) };
}

/** Formats a time for people and in MongoDB's form: `2026-08-10T03:20:00Z (1786332000, 1)`. */
function shown(time: bigint): string {
  const seconds = Number(time >> 32n);
  const date = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return `${date} (${seconds}, ${Number(time & 0xffff_ffffn)})`;
}

function changed(name: string): AppError {
  return new AppError({
    code: 'SNAPSHOT_HISTORY_ENDED',
    message: `${name} cannot be read at the snapshot's cluster time, because it or its indexes were changed after that time`,
    hint: 'The snapshot begins again at a later time; take it while no indexes are built and no collections are made.',
    transient: true,
  });
}

function historyEnded(name: string, windowSeconds: number, transient: boolean): AppError {
  return new AppError({
    code: 'SNAPSHOT_HISTORY_ENDED',
    message: `reading took longer than the history that the deployment keeps (minSnapshotHistoryWindowInSeconds, ${windowSeconds} s), so that ${name} cannot be read at the snapshot's cluster time`,
    hint: 'Raise minSnapshotHistoryWindowInSeconds on the deployment, or let its snapshots fall back to a time for each collection: `longshore cluster update NAME --when-history-ends fall-back`.',
    transient,
  });
}
