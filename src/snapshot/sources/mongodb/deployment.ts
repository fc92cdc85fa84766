import { MongoClient, type ClientSession, type Document } from 'mongodb';
import { AppError } from '../../../kernel/errors.ts';
import { keepClusterTimeSignatures } from './cluster-time-signatures.ts';
import { LOAD_BALANCED } from './connection-options.ts';
import { connectionStringText, directConnectionString, hasOption, type ConnectionString } from './connection-string.ts';
import { openFailure } from './errors.ts';
import { PermittedMembers } from './permitted-members.ts';
import { ReleasingConnection } from './releasing-connection.ts';

/**
 * Short, because the cause of a wait must soon be told. An election takes longer, and then the caller tries again.
 * `serverSelectionTimeoutMS` of the connection string overrides it.
 */
const SELECTION_TIMEOUT_MS = 3000;

export interface CommandOptions {
  readonly session?: ClientSession | undefined;
  readonly signal?: AbortSignal;
  /** Keeps the reply's documents and arrays as bytes. */
  readonly raw?: boolean;
}

/** One server of a deployment. All commands of a cursor go through it, because a cursor lives on one server. */
export class DeploymentServer {
  readonly address: string;
  readonly #client: MongoClient;
  readonly #readPreference: MongoClient['readPreference'];
  readonly #hasSessions: boolean;

  constructor(
    address: string,
    client: MongoClient,
    facts: { readonly readPreference: MongoClient['readPreference']; readonly hasSessions: boolean },
  ) {
    this.address = address;
    this.#client = client;
    this.#readPreference = facts.readPreference;
    this.#hasSessions = facts.hasSessions;
  }

  async command(database: string, command: Document, options: CommandOptions = {}): Promise<Document> {
    const { session, signal, raw = false } = options;
    return await this.#client.db(database).command(command, {
      raw,
      readPreference: this.#readPreference,
      ...(session === undefined ? {} : { session }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Starts a session, which the caller ends; undefined if the server has no sessions. */
  startSession(): ClientSession | undefined {
    return this.#hasSessions ? this.#client.startSession({ causalConsistency: false }) : undefined;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** The server's description of itself and its deployment. */
export interface DeploymentFacts {
  readonly kind: 'standalone' | 'replicaSet' | 'sharded';
  readonly hasSessions: boolean;
}

/**
 * A running deployment. One client watches its topology and selects a server by the connection string's read
 * preference. All commands go to that server through a separate connection, because the driver may send each command of
 * a shared client to another server.
 */
export class Deployment {
  readonly #watcher: MongoClient;
  readonly #connectionString: ConnectionString;
  readonly #members: PermittedMembers;
  readonly #servers = new Map<string, DeploymentServer>();
  #chosen: Promise<DeploymentServer> | undefined;
  #facts: DeploymentFacts | undefined;

  private constructor(watcher: MongoClient, connectionString: ConnectionString, members: PermittedMembers) {
    this.#watcher = watcher;
    this.#members = members;
    this.#connectionString = connectionString;
  }

  /**
   * @param isPermittedHost whether a host may be connected to, as `host:port`. Others get no packet, and their names are not looked up.
   * @throws AppError `SOURCE_UNREACHABLE`, `SOURCE_TOO_OLD`, `MONGODB_HOST_NOT_PERMITTED`.
   */
  static async connect(
    connectionString: ConnectionString,
    isPermittedHost: (address: string) => boolean,
  ): Promise<Deployment> {
    const members = new PermittedMembers(isPermittedHost);
    let watcher: MongoClient | undefined;
    try {
      const client = new MongoClient(connectionStringText(connectionString), {
        ...clientOptions(connectionString),
        ...members.clientOptions,
        monitorCommands: true,
      });
      watcher = client;
      // What is thrown here ends the connecting before the first connection.
      client.once('topologyOpening', () => members.requireAll(client.options.hosts.map(String)));
      await client.connect();
      // A TXT record of a mongodb+srv string may set it, too.
      if (client.options.loadBalanced) {
        throw new AppError({ code: 'INVALID_CONNECTION_STRING', message: LOAD_BALANCED });
      }
      return new Deployment(client, connectionString, members);
    } catch (cause) {
      await watcher?.close();
      throw openFailure(members.failureOf(cause));
    }
  }

  /** Where the deployment is, and which of its databases are meant: the same text for every user, and without a secret. */
  get place(): string {
    const { scheme, hosts, database = '' } = this.#connectionString;
    return `${scheme}://${hosts.toSorted().join()}/${database}`;
  }

  /** The read concern of the connection string, in the form of commands. */
  get readConcern(): Document | undefined {
    return this.#watcher.readConcern?.toJSON();
  }

  /** Available after a server was selected. */
  get facts(): DeploymentFacts {
    if (this.#facts === undefined) throw new Error('no server was chosen yet');
    return this.#facts;
  }

  /** The server for all reads, until it is given up. */
  async server(): Promise<DeploymentServer> {
    this.#chosen ??= this.#choose();
    try {
      return await this.#chosen;
    } catch (cause) {
      this.#chosen = undefined;
      throw cause;
    }
  }

  /** Makes the next caller select another server, unless another one was selected already. */
  async giveUp(server: DeploymentServer): Promise<void> {
    const chosen = await this.#chosen?.catch(() => undefined);
    if (chosen === server) this.#chosen = undefined;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.close()));
    await this.#watcher.close();
  }

  async #choose(): Promise<DeploymentServer> {
    const { address, hello } = await this.#ask();
    this.#facts = {
      kind:
        hello['msg'] === 'isdbgrid' ? 'sharded' : typeof hello['setName'] === 'string' ? 'replicaSet' : 'standalone',
      hasSessions: typeof hello['logicalSessionTimeoutMinutes'] === 'number',
    };
    let server = this.#servers.get(address);
    if (server === undefined) {
      const authSource = this.#watcher.options.credentials?.source;
      const uri = directConnectionString(this.#connectionString, {
        address,
        ...(authSource === undefined ? {} : { authSource }),
      });
      // The driver takes the type of its connections as an option, which its types leave out.
      const options = { ...clientOptions(this.#connectionString), connectionType: ReleasingConnection };
      const client = await new MongoClient(uri, options).connect();
      keepClusterTimeSignatures(client);
      server = new DeploymentServer(address, client, {
        readPreference: this.#watcher.readPreference,
        hasSessions: this.#facts.hasSessions,
      });
      this.#servers.set(address, server);
    }
    return server;
  }

  /** Lets the driver select a server, and asks which one it was. */
  async #ask(): Promise<{ readonly address: string; readonly hello: Document }> {
    let address: string | undefined;
    const note = (event: { readonly commandName: string; readonly address: string }): void => {
      if (event.commandName === 'hello') address = event.address;
    };
    this.#watcher.on('commandStarted', note);
    try {
      const hello = await this.#watcher
        .db('admin')
        .command({ hello: 1 }, { readPreference: this.#watcher.readPreference });
      if (address === undefined) throw new Error('the driver did not say which server it asked');
      return { address, hello };
    } catch (cause) {
      throw this.#members.failureOf(cause);
    } finally {
      this.#watcher.off('commandStarted', note);
    }
  }
}

function clientOptions({ options }: ConnectionString) {
  // An option here would override the connection string's own option.
  return {
    appName: 'longshore',
    ...(hasOption(options, 'serverSelectionTimeoutMS') ? {} : { serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS }),
  };
}
