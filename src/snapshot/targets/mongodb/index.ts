import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { CollectionInfo } from '../../contract.ts';
import {
  connectionStringFault,
  Deployment,
  parseConnectionString,
  readCursor,
  withAvailableCompressors,
  type ConnectionString,
} from '../../sources/deployments.ts';
import type { BlockWritten, CollectionName, CollectionWriting, OplogWriting, RestoreTarget } from '../contract.ts';
import { batchesOf } from './batches.ts';
import { create, createIndexes, drop, inspect } from './catalog.ts';
import { commandFailure, nameOf, targetUnreachable } from './errors.ts';
import { insertBatch } from './insert.ts';
import { optionsOf } from './metadata-values.ts';
import { applyOplog } from './oplog/apply.ts';
import { requireOplogSupport } from './oplog/support.ts';
import { Primary } from './primary.ts';
import { WriteWindow } from './write-window.ts';

const COLLECTIONS_AT_ONCE = 4;
const BLOCKS_AT_ONCE = 4;
/** Each write has a block of usually 4 MiB in memory, and a copy of it in the driver. */
const WRITES_AT_ONCE = 4;

/** The wire version of MongoDB 8.0, from which on all servers know `bypassEmptyTsReplacement`. */
const MONGODB_8_0 = 25;

export interface MongodbTargetOptions {
  readonly clock: Clock;
  /** Whether a server may be written to that the deployment names and the connection string does not. */
  readonly isPermittedHost?: (address: string) => boolean;
}

/**
 * Opens a running deployment for a restore. Everything goes to its primary.
 * @param uri a connection string. It may hold a password and is never repeated in an error.
 * @throws AppError `RESTORE_TARGET_UNREACHABLE`, `RESTORE_TARGET_TOO_OLD`, `INVALID_CONNECTION_STRING`.
 */
export async function openMongodbTarget(
  uri: string,
  { clock, isPermittedHost = () => true }: MongodbTargetOptions,
): Promise<RestoreTarget> {
  const parsed = parseConnectionString(uri);
  const fault = connectionStringFault(uri);
  if (parsed === undefined || fault !== undefined) {
    throw new AppError({ code: 'INVALID_CONNECTION_STRING', message: fault ?? 'the connection string is none' });
  }
  let deployment: Deployment | undefined;
  try {
    deployment = await Deployment.connect(forWriting(parsed), isPermittedHost);
    const server = await deployment.server();
    const hello = await server.command('admin', { hello: 1 });
    const keepsEmptyTimestamps = Number(hello['maxWireVersion']) >= MONGODB_8_0;
    return new MongodbTarget(deployment, parsed.hosts, { clock, keepsEmptyTimestamps });
  } catch (cause) {
    await deployment?.close();
    throw targetUnreachable(cause);
  }
}

/** Writes and what is read back of them go to the primary. */
function forWriting(connectionString: ConnectionString): ConnectionString {
  const { options } = withAvailableCompressors(connectionString.options);
  for (const name of [...options.keys()]) {
    if (/^(readPreference|readPreferenceTags|maxStalenessSeconds)$/i.test(name)) options.delete(name);
  }
  return { ...connectionString, options };
}

interface TargetFacts {
  readonly clock: Clock;
  /**
   * Whether the server keeps an empty timestamp in a document if it is asked to. Older servers put the present time in its
   * place. https://www.mongodb.com/docs/manual/reference/command/insert/#command-fields
   */
  readonly keepsEmptyTimestamps: boolean;
}

/** What the options of a collection mean for writing its documents. */
interface CollectionRules {
  readonly isCapped: boolean;
  readonly hasValidator: boolean;
}

class MongodbTarget implements RestoreTarget {
  readonly description: string;
  readonly collectionsAtOnce = COLLECTIONS_AT_ONCE;
  readonly keepsOplog = false;
  readonly oplog: OplogWriting;
  readonly #deployment: Deployment;
  readonly #primary: Primary;
  readonly #window: WriteWindow;
  readonly #keepsEmptyTimestamps: boolean;
  readonly #rules = new WeakMap<CollectionInfo, CollectionRules>();

  constructor(deployment: Deployment, hosts: readonly string[], { clock, keepsEmptyTimestamps }: TargetFacts) {
    this.description = `mongodb://${hosts.join()}`;
    this.#deployment = deployment;
    this.#primary = new Primary(deployment);
    this.#window = new WriteWindow(WRITES_AT_ONCE, clock);
    this.#keepsEmptyTimestamps = keepsEmptyTimestamps;
    this.oplog = {
      requireSupport: (signal) => {
        const isSharded = deployment.facts.kind === 'sharded';
        return requireOplogSupport(this.#primary, { description: this.description, isSharded }, signal);
      },
      apply: (application) => applyOplog(this.#primary, application),
    };
  }

  inspect(collections: readonly CollectionName[], signal: AbortSignal) {
    return inspect(this.#primary, collections, signal);
  }

  drop(collection: CollectionName, signal: AbortSignal): Promise<void> {
    return drop(this.#primary, collection, signal);
  }

  writing(info: CollectionInfo): CollectionWriting {
    if (isMeasurements(info)) return { blocksAtOnce: BLOCKS_AT_ONCE, continuesAt: 'collection' };
    return { blocksAtOnce: this.#rulesOf(info).isCapped ? 1 : BLOCKS_AT_ONCE, continuesAt: 'block' };
  }

  /** The options are parsed once, and not for each block. */
  #rulesOf(info: CollectionInfo): CollectionRules {
    const known = this.#rules.get(info);
    if (known !== undefined) return known;
    const options = optionsOf(info);
    const rules = { isCapped: options.get('capped') === true, hasValidator: options.has('validator') };
    this.#rules.set(info, rules);
    return rules;
  }

  createCollection(info: CollectionInfo, signal: AbortSignal): Promise<void> {
    return create(this.#primary, info, signal);
  }

  async writeBlock(info: CollectionInfo, bson: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<BlockWritten> {
    const { isCapped, hasValidator } = this.#rulesOf(info);
    const options = {
      into: placeOf(info),
      ordered: isCapped,
      hasUniqueId: !isMeasurements(info),
      fields: {
        // Documents may be older than the rules for new ones. A user needs a right for this, so it is asked for only where there are rules.
        ...(hasValidator ? { bypassDocumentValidation: true } : {}),
        ...(this.#keepsEmptyTimestamps ? { bypassEmptyTsReplacement: true } : {}),
      },
      signal,
    };
    let [inserted, present] = [0, 0];
    for (const batch of batchesOf(bson)) {
      const written = await this.#window.run(() => insertBatch(this.#primary, batch, options));
      inserted += written.inserted;
      present += written.present;
    }
    return { inserted, present };
  }

  createIndexes(info: CollectionInfo, signal: AbortSignal): Promise<void> {
    return createIndexes(this.#primary, info, signal);
  }

  createView(info: CollectionInfo, signal: AbortSignal): Promise<void> {
    return create(this.#primary, info, signal);
  }

  async *readBack(info: CollectionInfo, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const { database, name } = placeOf(info);
    const server = await this.#primary.try(`reading ${nameOf(info)}`, signal, (each) => Promise.resolve(each));
    try {
      for await (const { documents } of readCursor(server, { database, command: { find: name }, signal })) {
        // The reply's memory is not the caller's: small replies share a pool.
        yield Uint8Array.from(documents);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      throw commandFailure(`reading ${nameOf(info)}`, thrown);
    }
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#deployment.close();
  }
}

/** MongoDB keeps a time series as buckets, which have a unique `_id`. Its measurements have none. */
function isMeasurements({ type, documentsAre }: CollectionInfo): boolean {
  return type === 'timeseries' && documentsAre !== 'buckets';
}

/** Where the documents are. A dump has the buckets of a time series. */
function placeOf({ database, name, documentsAre }: CollectionInfo): CollectionName {
  return { database, name: documentsAre === 'buckets' ? `system.buckets.${name}` : name };
}
