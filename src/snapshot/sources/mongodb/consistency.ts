import { Timestamp, type Document } from 'mongodb';
import { AppError, messageOf } from '../../../kernel/errors.ts';
import type { CollectionInfo, Consistency } from '../../contract.ts';
import type { EarlierReading } from '../contract.ts';
import { cursorOf } from './cursor-reply.ts';
import type { Deployment, DeploymentServer } from './deployment.ts';
import { isTransient, openFailure, serverCode, SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE } from './errors.ts';
import { readPlace, type Place } from './read-place.ts';

/** What happens when the deployment does not keep its history for as long as reading takes. */
export type WhenHistoryEnds = 'fail' | 'fallBack';

/** The default of minSnapshotHistoryWindowInSeconds, which most users may not ask for. */
const DEFAULT_WINDOW_SECONDS = 300;

const RUNNING = 'what was written meanwhile may be there in part.';

/** How one collection is to be read. */
export interface ReadMoment {
  readonly readConcern: Document | undefined;
  /** The cluster time that replies must name, where there is one. */
  readonly atClusterTime: bigint | undefined;
}

/**
 * Which moment a snapshot shows: one cluster time for all collections, one for each, or none. It begins with the best that the
 * deployment can do, and becomes worse only where the operator chose so.
 */
export class ReadMoments {
  readonly #readConcern: Document | undefined;
  readonly #whenHistoryEnds: WhenHistoryEnds;
  readonly #windowSeconds: number;
  /** That of all collections, while the level is `pointInTime`; absent where the deployment has none that can be read at. */
  readonly #time: bigint | undefined;
  #consistency: Consistency;
  /** At which each collection was begun: reading goes on at the same one. */
  readonly #times = new Map<CollectionInfo, bigint>();
  readonly #torn = new Set<CollectionInfo>();
  /** Whether an earlier attempt took the time. */
  readonly #isResumed: boolean;

  private constructor(facts: {
    readonly readConcern: Document | undefined;
    readonly whenHistoryEnds: WhenHistoryEnds;
    readonly windowSeconds?: number;
    readonly consistency: Consistency;
    readonly time?: bigint;
    readonly isResumed?: boolean;
  }) {
    this.#readConcern = facts.readConcern;
    this.#whenHistoryEnds = facts.whenHistoryEnds;
    this.#windowSeconds = facts.windowSeconds ?? DEFAULT_WINDOW_SECONDS;
    this.#consistency = facts.consistency;
    this.#time = facts.time;
    this.#isResumed = facts.isResumed ?? false;
  }

  /** Takes the deployment's time now, if it has one that can be read at. @param collections what will be read. */
  static async begin(
    deployment: Deployment,
    server: DeploymentServer,
    collections: readonly CollectionInfo[],
    whenHistoryEnds: WhenHistoryEnds,
  ): Promise<ReadMoments> {
    const facts = { readConcern: deployment.readConcern, whenHistoryEnds };
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
   * Goes on at the moment of an earlier reading.
   * @returns undefined where its cluster time can no longer be read and the operator chose to fail: reading is to begin at a new one.
   */
  static async resume(
    deployment: Deployment,
    server: DeploymentServer,
    { place: text, collections }: EarlierReading,
    whenHistoryEnds: WhenHistoryEnds,
  ): Promise<ReadMoments | undefined> {
    const { level, reason, time: shared, times } = readPlace(text);
    const facts = { readConcern: deployment.readConcern, whenHistoryEnds, consistency: { level, reason } };
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

  /** For a later attempt. */
  get place(): string {
    const isShared = this.#consistency.level === 'pointInTime';
    const begun = isShared ? [] : [...this.#times];
    const times = begun.map(([{ database, name }, time]) => ({ database, name, time: String(time) }));
    const place: Place = {
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

  /** Compares what a reply says of its time with what was asked. @throws AppError `INVALID_SERVER_REPLY` where they differ. */
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
   * Tells that a collection cannot be read at its moment any longer, because the server no longer keeps that history, or because the
   * collection or its indexes were changed.
   * @param asked the moment. A collection that was begun before the level became `perCollection` is still asked for at the old one.
   * @returns `again` where the collection must be read from its start, `goOn` where reading goes on at no certain moment.
   * @throws AppError `SNAPSHOT_HISTORY_ENDED` where the operator chose to fail; transient after a change, and where an earlier attempt
   *   took the time, because the next attempt takes a new one.
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

/** Whether the server no longer has what a snapshot read wants to see. */
export function isHistoryEnded(thrown: unknown): boolean {
  return [SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE].includes(serverCode(thrown) ?? 0);
}

/** @param time to be read at; absent: the deployment's now. @returns the time that was read at, where the server names one. */
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

/** Where the user may ask for it, which takes more than reading. */
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

/** `2026-08-10T03:20:00Z (1786332000, 1)`: for people, and as MongoDB shows it. */
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
    hint: 'Raise minSnapshotHistoryWindowInSeconds on the deployment, or register the cluster so that it falls back to a time for each collection.',
    transient,
  });
}
