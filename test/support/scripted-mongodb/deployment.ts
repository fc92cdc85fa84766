import { Timestamp } from 'bson';
import type { ScriptedUser } from './authentication.ts';
import { History, type ScriptedCollection, type ScriptedDatabases } from './data.ts';
import type { Compressor } from './wire-messages.ts';
import type { Script, ScriptedRequest } from './script.ts';

export type Topology = 'standalone' | 'replicaSet' | 'sharded';

export interface DeploymentOptions {
  readonly topology?: Topology;
  /** Members of the replica set, or mongos of the sharded cluster. */
  readonly members?: number;
  /** Of a deployment with one member; absent: a free one. */
  readonly port?: number;
  /** Tags of each member, for read preferences. */
  readonly tags?: readonly Readonly<Record<string, string>>[];
  readonly databases?: ScriptedDatabases;
  /** Who may log in: everybody else gets no answer but hello. Where absent, nobody has to, and nobody can. */
  readonly users?: readonly ScriptedUser[];
  readonly version?: string;
  readonly maxWireVersion?: number;
  /** What hello says beside all that. */
  readonly hello?: Readonly<Record<string, unknown>>;
  /** What buildInfo says beside the version. */
  readonly buildInfo?: Readonly<Record<string, unknown>>;
  /** Whether there are sessions. */
  readonly sessions?: boolean;
  /** `ignored`: readConcern snapshot is taken, and means nothing; `refused`: it is an error. Standalone servers refuse it. */
  readonly snapshotReads?: 'supported' | 'ignored' | 'refused';
  /** How long the history of the data is kept, seconds: minSnapshotHistoryWindowInSeconds. */
  readonly historyWindowSeconds?: number;
  /** A batch ends at the first document that reaches so many bytes. */
  readonly batchBytes?: number;
  /** The certificate and key of all members, in PEM: they then speak TLS alone. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly compressors?: readonly Compressor[];
  /** Milliseconds before each answer. */
  readonly latencyMs?: number;
  readonly script?: Script;
}

const START_SECONDS = 1_786_332_000;

/** What the members of a scripted deployment share: the data and its history, who is primary, the script, what was asked. */
export class Deployment {
  readonly options: DeploymentOptions;
  readonly history = new History();
  /** Every command that came, but for what drivers ask to watch the topology. */
  readonly requests: ScriptedRequest[] = [];
  script: Script;
  primary = 0;
  /** `host:port` of the members that are there. */
  hosts: string[] = [];
  #seconds = START_SECONDS;
  #increment = 1;

  constructor(options: DeploymentOptions) {
    this.options = options;
    this.script = options.script ?? (() => undefined);
    for (const [database, collections] of Object.entries(options.databases ?? {})) {
      for (const [name, collection] of Object.entries(collections)) this.set(database, name, collection);
    }
  }

  get topology(): Topology {
    return this.options.topology ?? 'standalone';
  }

  get clusterTime(): Timestamp {
    return new Timestamp({ t: this.#seconds, i: this.#increment });
  }

  /** The earliest cluster time that can still be read. */
  get oldestTime(): bigint {
    const { historyWindowSeconds = 300 } = this.options;
    return new Timestamp({ t: this.#seconds - historyWindowSeconds, i: 0 }).toBigInt();
  }

  /** Lets time go by. */
  advance(seconds: number): void {
    this.#seconds += seconds;
  }

  /** Writes or, without a collection, drops it, at the next cluster time. */
  set(database: string, name: string, collection: ScriptedCollection | undefined): void {
    this.#increment++;
    this.history.set(this.clusterTime.toBigInt(), database, name, collection);
  }
}
