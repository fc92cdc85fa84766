import { Timestamp } from 'bson';
import type { ScriptedUser } from './authentication.ts';
import { History, type ScriptedCollection, type ScriptedDatabases } from './data.ts';
import type { Compressor } from './wire-messages.ts';
import type { Script, ScriptedRequest } from './script.ts';

export type Topology = 'standalone' | 'replicaSet' | 'sharded';

export interface DeploymentOptions {
  readonly topology?: Topology;
  /** The number of members of the replica set, or of mongos of the sharded cluster. */
  readonly members?: number;
  /** The port of a deployment with one member; absent: a free port. */
  readonly port?: number;
  /** The tags of each member, for read preferences. */
  readonly tags?: readonly Readonly<Record<string, string>>[];
  readonly databases?: ScriptedDatabases;
  /** The users. A client that has not logged in gets an answer to hello alone. Absent: no client must log in, and none can. */
  readonly users?: readonly ScriptedUser[];
  readonly version?: string;
  readonly maxWireVersion?: number;
  /** Further fields of the reply to hello. */
  readonly hello?: Readonly<Record<string, unknown>>;
  /** Further fields of the reply to buildInfo. */
  readonly buildInfo?: Readonly<Record<string, unknown>>;
  /** Whether the deployment has sessions. */
  readonly sessions?: boolean;
  /** `ignored`: readConcern snapshot has no effect. `refused`: readConcern snapshot is an error, as on a standalone server. */
  readonly snapshotReads?: 'supported' | 'ignored' | 'refused';
  /** The seconds for which the history of the data is kept: minSnapshotHistoryWindowInSeconds. */
  readonly historyWindowSeconds?: number;
  /** A batch ends with the document that reaches this number of bytes. */
  readonly batchBytes?: number;
  /** The certificate and key of all members, in PEM. The members then accept only TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly compressors?: readonly Compressor[];
  /** The delay of each answer, in milliseconds. */
  readonly latencyMs?: number;
  readonly script?: Script;
}

const START_SECONDS = 1_786_332_000;

/** The state that the members of a scripted deployment share: the data with its history, the primary, the script and the requests. */
export class Deployment {
  readonly options: DeploymentOptions;
  readonly history = new History();
  /** All received commands except those with which drivers watch the topology. */
  readonly requests: ScriptedRequest[] = [];
  script: Script;
  primary = 0;
  /** `host:port` of each member. */
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

  /** Moves the cluster time forward. */
  advance(seconds: number): void {
    this.#seconds += seconds;
  }

  /** Replaces a collection at the next cluster time, or drops it if `collection` is undefined. */
  set(database: string, name: string, collection: ScriptedCollection | undefined): void {
    this.#increment++;
    this.history.set(this.clusterTime.toBigInt(), database, name, collection);
  }
}
