import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serialize } from 'bson';
import { bootstrap, type Bootstrapped } from '../../src/app/bootstrap.ts';
import { compose, type Composition } from '../../src/app/compose.ts';
import { resolveSettings } from '../../src/app/config.ts';
import type { Caller } from '../../src/http/index.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createSealer, SEALING_KEY_BYTES } from '../../src/kernel/sealing.ts';
import type { Json, JsonObject } from '../../src/kernel/json.ts';
import { openSqlite, type Metastore } from '../../src/metastore/index.ts';
import type { SnapshotSource } from '../../src/snapshot/sources/index.ts';
import { call, type Call } from '../support/api-request.ts';
import { memoryStore } from '../support/memory-store.ts';
import { textAt } from '../support/json.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { Life } from './mortal.ts';
import { iso } from './oracle.ts';

export const CLUSTER = 'Cluster0';
const POLL_MS = 1;

/** A snapshot that the server has. */
export interface KeptSnapshot {
  readonly takenAt: string;
  readonly frequencyType: string;
  readonly expiresAt: string;
}

/** A server whose disk, buckets, deployment and clock are in memory, so that a year passes in seconds and lives end at will. */
export class World implements AsyncDisposable {
  readonly clock = { ms: 0, now: (): number => this.clock.ms };
  readonly repository = memoryStore();
  readonly bucket = memoryStore();
  readonly #directory = temporaryDirectory('schedules');
  readonly #metastore: Metastore;
  #first: Bootstrapped | undefined;
  lives = 0;

  static async open(startMs: number): Promise<World> {
    return new World(await openSqlite({ path: ':memory:' }), startMs);
  }

  private constructor(metastore: Metastore, startMs: number) {
    this.#metastore = metastore;
    this.clock.ms = startMs;
  }

  get #database() {
    return this.#metastore.database;
  }

  async #compose(life: Life): Promise<Composition> {
    const path = this.#directory.path;
    const key = new Uint8Array(SEALING_KEY_BYTES).fill(7);
    return await compose({
      settings: resolveSettings({ dataDir: path, port: '0', rateLimits: 'off', defaultSchedule: 'none' }, {}),
      clock: this.clock,
      logger: silentLogger,
      directory: {
        path,
        spool: join(path, 'spool'),
        uploads: join(path, 'uploads'),
        metastore: { ...this.#metastore, database: life.database(this.#database) },
        repositoryStore: life.store(this.repository),
        sealer: createSealer(key),
        encryptionKey: key,
        lockRemovals: () => ({ release: () => undefined }),
        firstStartIsKept: () => undefined,
        close: () => Promise.resolve(),
      },
      openStore: () => Promise.resolve(life.store(this.bucket)),
      openSource: () => Promise.resolve(source()),
      jobs: { pollMs: POLL_MS },
    });
  }

  /** Makes the first rows, a bucket and a cluster, whose schedule is changed. @returns the id of the bucket. */
  async prepare(schedule: JsonObject = {}): Promise<string> {
    const parts = await this.#compose(new Life());
    this.#first = await bootstrap(parts);
    await parts.close();
    await this.ask('registerCluster', {
      body: { name: CLUSTER, mongodump: { directory: '/nowhere' } },
      api: 'longshore',
    });
    const { roleId: iamRoleId } = this.#rows;
    const bucket = { bucketName: 'exports', cloudProvider: 'AWS', iamRoleId };
    const made = await this.ask('createGroupBackupExportBucket', { body: bucket });
    await this.patch(schedule);
    return textAt(made, '/_id');
  }

  async patch(schedule: JsonObject): Promise<Json> {
    return await this.ask('updateGroupClusterBackupSchedule', { body: schedule });
  }

  get #rows(): Bootstrapped {
    if (this.#first === undefined) throw new Error('the world is not prepared');
    return this.#first;
  }

  /** Calls an operation as the owner of the project, with the cluster in its path. */
  async ask(id: string, request: Omit<Call, 'caller'> = {}): Promise<Json> {
    const { groupId, publicKey } = this.#rows;
    const parts = await this.#compose(new Life());
    try {
      const caller = await callerOf(parts, publicKey);
      const params = { groupId, clusterName: CLUSTER, ...request.params };
      return (await call(parts.operations, id, { ...request, caller, params })).body ?? null;
    } finally {
      await parts.close();
    }
  }

  /**
   * Lets the server look at its schedule at these times, in one life after another.
   * @param lastCalls the number of calls after which each life ends; afterwards one life goes on to the end.
   * @param onLook called after each time, when nothing is left to do.
   * @returns the number of calls of the last life.
   */
  async live(
    looks: readonly number[],
    lastCalls: readonly number[],
    onLook: (ms: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<number> {
    let next = 0;
    for (const lastCall of [...lastCalls, Number.POSITIVE_INFINITY]) {
      const life = new Life(lastCall);
      this.lives++;
      const parts = await this.#compose(life);
      parts.worker.start();
      while (next < looks.length && !life.isOver) {
        this.clock.ms = looks[next] ?? NaN;
        if (!(await this.#isIdle(life))) break;
        await onLook(this.clock.ms);
        next++;
      }
      await parts.worker.stop();
      await parts.close();
      if (next === looks.length) return life.calls;
    }
    throw new Error('unreachable: the last life has no end');
  }

  /** Waits until nothing is left to do. @returns false if the life ended before. */
  async #isIdle(life: Life): Promise<boolean> {
    for (;;) {
      await sleep(POLL_MS);
      if (life.isOver) return false;
      const busy = await this.#database
        .selectFrom('jobs')
        .select('id')
        .where((row) => row.or([row('state', '=', 'running'), row('run_at', '<=', this.clock.ms)]))
        .limit(1)
        .executeTakeFirst();
      if (busy === undefined) return true;
    }
  }

  async kept(): Promise<readonly KeptSnapshot[]> {
    const rows = await this.#database.selectFrom('snapshots').selectAll().orderBy('requested_at').execute();
    return rows.map((row) => ({
      takenAt: iso(row.completed_at ?? NaN),
      frequencyType: row.frequency_type ?? 'ondemand',
      expiresAt: iso(row.expires_at),
    }));
  }

  /** The times of all exports, with their states. */
  async exports(): Promise<readonly string[]> {
    const rows = await this.#database.selectFrom('export_jobs').selectAll().orderBy('created_at').execute();
    return rows.map((row) => `${iso(row.created_at)} ${row.state}`);
  }

  /** The number of exports that the bucket holds whole. */
  get completeExports(): number {
    return [...this.bucket.objects.keys()].filter((key) => key.endsWith('/.complete')).length;
  }

  get manifests(): number {
    return [...this.repository.objects.keys()].filter((key) => key.startsWith('snapshots/')).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#metastore.close();
    this.#directory[Symbol.dispose]();
  }
}

async function callerOf(parts: Composition, publicKey: string): Promise<Caller> {
  const known = await parts.apiKeys.lookupKey(publicKey);
  if (known === undefined) throw new Error(`no key ${publicKey}`);
  return known.caller;
}

/** A deployment with one document. */
function source(): SnapshotSource {
  const collection = {
    database: 'shop',
    name: 'orders',
    type: 'collection' as const,
    options: '{}',
    indexes: [],
    async *documents() {
      await Promise.resolve();
      yield Uint8Array.from(serialize({ _id: 1 }));
    },
  };
  return {
    mongodbVersion: '8.0.29',
    consistency: { level: 'none', reason: 'It is made for a test.' },
    collections: [collection],
    leftOut: [],
    close: () => Promise.resolve(),
  };
}
