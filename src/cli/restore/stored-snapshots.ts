import { join } from 'node:path';
import type { Command } from 'commander';
import { resolveSettings } from '../../app/config.ts';
import { statOf } from '../../app/read-file.ts';
import { AppError, codeOf } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { RestoreSource } from '../../pipelines/restore/index.ts';
import { flagsOf, type Surroundings } from '../command.ts';

/** The number of snapshots that an error offers, and of those that are looked at for them. */
const MOST_OFFERED = 5;
const MOST_LOOKED_AT = 100;

/** The codes of errors after which a data directory helps: no server answers, or nothing says how to ask one. */
const WITHOUT_SERVER = ['SERVER_UNREACHABLE', 'MISSING_OPTION'];

/** The snapshots in the repository of the data directory, which need no server. */
export class StoredSnapshots {
  readonly #directory: string;
  readonly #store: ObjectStore;
  readonly #signal: AbortSignal;

  private constructor(directory: string, store: ObjectStore, signal: AbortSignal) {
    this.#directory = directory;
    this.#store = store;
    this.#signal = signal;
  }

  /** Returns undefined if the data directory has no repository. */
  static async open(command: Command, surroundings: Surroundings): Promise<StoredSnapshots | undefined> {
    const { clock, signal, environment } = surroundings;
    const { dataDir } = resolveSettings(flagsOf(command), environment);
    const directory = join(dataDir, 'repository');
    if (statOf(directory) === undefined) return undefined;
    const { openObjectStore } = await import('../../object-store/all.ts');
    return new StoredSnapshots(dataDir, await openObjectStore({ kind: 'local', directory }, { clock }), signal);
  }

  /** Opens a snapshot by its whole id; undefined if it is not there. The names of clusters are those of projects, which only a server knows. */
  async find(id: string): Promise<RestoreSource | undefined> {
    if (!isId(id)) return undefined;
    const { openSnapshot } = await import('../../snapshot/repository/index.ts');
    const { restoreSourceOfSnapshot } = await import('../../pipelines/restore/index.ts');
    try {
      return restoreSourceOfSnapshot(await openSnapshot(this.#store, id, { signal: this.#signal }));
    } catch (thrown) {
      if (codeOf(thrown) === 'SNAPSHOT_NOT_FOUND') return undefined;
      throw thrown;
    }
  }

  /**
   * Returns an error that offers the newest snapshots that are here, of the named cluster if there are any; undefined if `thrown` has
   * another cause than a server that is missing, or if none is here.
   */
  async offeredFor(wanted: string, thrown: unknown): Promise<AppError | undefined> {
    if (!(thrown instanceof AppError) || !WITHOUT_SERVER.includes(thrown.code)) return undefined;
    const all = await this.#newest().catch(() => []);
    const [cluster = ''] = wanted.split('/');
    const ofCluster = all.filter(({ clusterName }) => clusterName === cluster);
    const offered = (ofCluster.length > 0 ? ofCluster : all).slice(0, MOST_OFFERED);
    if (offered.length === 0) return undefined;
    const names = offered.map(({ id, clusterName, startedAt }) => {
      return `${id} (${clusterName}, ${new Date(startedAt).toISOString()})`;
    });
    return new AppError({
      code: thrown.code,
      message: thrown.message,
      hint: `${thrown.hint ?? ''} Without a server, give the id of a snapshot in ${this.#directory} instead, such as ${names.join(', ')}.`.trim(),
      transient: thrown.transient,
      cause: thrown,
    });
  }

  /** The newest ones first: an id begins with its time. */
  async #newest() {
    const { createSnapshotRepository, readSnapshotHeader } = await import('../../snapshot/repository/index.ts');
    const options = { signal: this.#signal };
    const ids: string[] = [];
    for await (const id of createSnapshotRepository(this.#store).snapshotIds(options)) ids.push(id);
    const headers = [];
    for (const id of ids.toReversed().slice(0, MOST_LOOKED_AT)) {
      headers.push(await readSnapshotHeader(this.#store, id, options));
    }
    return headers;
  }
}
