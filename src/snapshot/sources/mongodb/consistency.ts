import { Timestamp, type Document } from 'mongodb';
import { AppError, messageOf } from '../../../kernel/errors.ts';
import type { CollectionInfo, Consistency } from '../../contract.ts';
import { cursorOf } from './cursor-reply.ts';
import type { Deployment, DeploymentServer } from './deployment.ts';
import { isTransient, openFailure, serverCode, SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE } from './errors.ts';

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
  #consistency: Consistency;
  #time: bigint | undefined;
  readonly #ownTimes = new Map<CollectionInfo, bigint>();
  readonly #torn = new Set<CollectionInfo>();

  private constructor(facts: {
    readonly readConcern: Document | undefined;
    readonly whenHistoryEnds: WhenHistoryEnds;
    readonly windowSeconds?: number;
    readonly consistency: Consistency;
    readonly time?: bigint;
  }) {
    this.#readConcern = facts.readConcern;
    this.#whenHistoryEnds = facts.whenHistoryEnds;
    this.#windowSeconds = facts.windowSeconds ?? DEFAULT_WINDOW_SECONDS;
    this.#consistency = facts.consistency;
    this.#time = facts.time;
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

  get consistency(): Consistency {
    return this.#consistency;
  }

  /** How a collection is read from now on. */
  of(collection: CollectionInfo): ReadMoment {
    const time = this.#time ?? this.#ownTimes.get(collection);
    if (this.#consistency.level === 'pointInTime' || (time !== undefined && !this.#torn.has(collection))) {
      return { readConcern: snapshotConcern(time), atClusterTime: time };
    }
    const readsAtOwnTime = this.#consistency.level === 'perCollection' && !this.#torn.has(collection);
    return { readConcern: readsAtOwnTime ? snapshotConcern(undefined) : this.#readConcern, atClusterTime: undefined };
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
    this.#ownTimes.set(collection, atClusterTime);
  }

  /**
   * Tells that a collection cannot be read at its moment any longer, because the server no longer keeps that history.
   * @returns `again` where the collection must be read from its start, `goOn` where reading goes on at no certain moment.
   * @throws AppError `SNAPSHOT_HISTORY_ENDED` where the operator chose to fail.
   */
  historyEnded(collection: CollectionInfo): 'again' | 'goOn' {
    const name = `${collection.database}.${collection.name}`;
    if (this.#whenHistoryEnds === 'fail') throw historyEnded(name, this.#windowSeconds);
    if (this.#time !== undefined) {
      this.#time = undefined;
      this.#ownTimes.clear();
      this.#consistency = {
        level: 'perCollection',
        reason: `Reading took longer than the ${this.#windowSeconds} s of history that the deployment keeps: from ${name} on, each collection was read at a cluster time of its own.`,
      };
      return 'again';
    }
    this.#torn.add(collection);
    this.#consistency = {
      level: 'none',
      reason: `Reading took longer than the ${this.#windowSeconds} s of history that the deployment keeps, also for ${[...this.#torn].map((each) => `${each.database}.${each.name}`).join(', ')} alone: ${RUNNING}`,
    };
    return 'goOn';
  }
}

/** Whether the server no longer has what a snapshot read wants to see. */
export function isHistoryEnded(thrown: unknown): boolean {
  return [SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE].includes(serverCode(thrown) ?? 0);
}

async function clusterTime(server: DeploymentServer, { database, name }: CollectionInfo): Promise<bigint | undefined> {
  const session = server.startSession();
  try {
    const command = { find: name, batchSize: 1, singleBatch: true, readConcern: { level: 'snapshot' } };
    return cursorOf(await server.command(database, command, { raw: true, session })).atClusterTime;
  } finally {
    await session?.endSession();
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

function historyEnded(name: string, windowSeconds: number): AppError {
  return new AppError({
    code: 'SNAPSHOT_HISTORY_ENDED',
    message: `reading took longer than the history that the deployment keeps (minSnapshotHistoryWindowInSeconds, ${windowSeconds} s), so that ${name} cannot be read at the snapshot's cluster time`,
    hint: 'Raise minSnapshotHistoryWindowInSeconds on the deployment, or register the cluster so that it falls back to a time for each collection.',
  });
}
