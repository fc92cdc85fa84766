import type { Document } from 'mongodb';
import { AppError, codeOf } from '../../../kernel/errors.ts';
import type { CollectionInfo, LeftOut } from '../../contract.ts';
import type { EarlierReading, SnapshotSource, SourceCollection } from '../contract.ts';
import { isKeptByMongodb, readCatalog, type Catalog } from './catalog.ts';
import { hasIdOrder, readCollection, type CollectionReading } from './collection-reader.ts';
import { withAvailableCompressors } from './compressors.ts';
import { connectionStringFault, parseConnectionString } from './connection-string.ts';
import { ReadMoments, type WhenHistoryEnds } from './consistency.ts';
import { dataSize } from './data-size.ts';
import { Deployment, type DeploymentServer } from './deployment.ts';
import { openFailure } from './errors.ts';
import { RateLimit } from './rate-limit.ts';
import { ReadAhead } from './read-ahead.ts';

/**
 * The number of collections that are read at the same time. All but one wait with their first batch of at most 16 MB.
 */
const PARALLEL_COLLECTIONS = 4;

export interface MongodbSourceOptions {
  readonly whenHistoryEnds?: WhenHistoryEnds;
  /** The largest rate of reading, in bytes of BSON. */
  readonly bytesPerSecond?: number;
  /** Whether a server may be read that the deployment names and the connection string does not. */
  readonly isPermittedHost?: (address: string) => boolean;
  /** An earlier reading. It is continued if its moment can still be read. */
  readonly earlier?: EarlierReading | undefined;
}

/**
 * Opens a running deployment. A replica set or a sharded cluster is read at its present cluster time if it supports
 * such reads.
 * @param uri a connection string. It may hold a password and is never repeated in an error.
 * @throws AppError `SOURCE_UNREACHABLE` if no server answers, `SOURCE_TOO_OLD`,
 * `INVALID_CONNECTION_STRING`.
 */
export async function openMongodbSource(
  uri: string,
  { whenHistoryEnds = 'fail', bytesPerSecond, isPermittedHost = () => true, earlier }: MongodbSourceOptions = {},
): Promise<SnapshotSource> {
  const parsed = parseConnectionString(uri);
  const fault = connectionStringFault(uri);
  if (parsed === undefined || fault !== undefined) {
    throw new AppError({ code: 'INVALID_CONNECTION_STRING', message: fault ?? 'the connection string is none' });
  }
  const { options, warning } = withAvailableCompressors(parsed.options);
  const deployment = await Deployment.connect({ ...parsed, options }, isPermittedHost);
  try {
    const server = await deployment.server();
    const build: Document = await server.command('admin', { buildInfo: 1 });
    const resumed = earlier && (await resume(deployment, server, earlier, whenHistoryEnds));
    const { catalog, moments } = resumed ?? (await begin(deployment, server, parsed.database, whenHistoryEnds));
    // FerretDB sorts only after it has read everything, and ignores `min`.
    const isFerretdb = Object.keys(build).some((key) => key.startsWith('ferretdb'));
    const rateLimit = bytesPerSecond === undefined ? undefined : new RateLimit(bytesPerSecond);
    const leftOut = [...catalog.leftOut];
    const inOrder = new Set(catalog.collections.filter((collection) => !isFerretdb && hasIdOrder(collection)));
    const readers = catalog.collections.filter(isRead).map((collection) => ({
      collection,
      read: (signal: AbortSignal, after?: Uint8Array) =>
        documentsOf({ deployment, collection, moments, inOrder, rateLimit, signal, after }, leftOut),
    }));
    const ahead = new ReadAhead(
      readers.map(({ read }) => read),
      PARALLEL_COLLECTIONS,
    );
    const indexes = new Map(readers.map(({ collection }, index) => [collection, index]));
    const collections = catalog.collections.map((collection): SourceCollection => {
      const index = indexes.get(collection);
      return {
        ...collection,
        get isInOrder() {
          return inOrder.has(collection);
        },
        documents: (signal, after) => (index === undefined ? nothing() : ahead.read(index, signal, after)),
      };
    });
    return {
      mongodbVersion: typeof build['version'] === 'string' ? build['version'] : 'unknown',
      get consistency() {
        return moments.consistency;
      },
      collections,
      leftOut,
      get place() {
        return moments.place;
      },
      isResumed: resumed !== undefined,
      warnings: warning === undefined ? [] : [warning],
      // FerretDB names the size of its tables, which hold no BSON.
      estimateBytes: async (signal) => {
        const databases = new Set(readers.map(({ collection }) => collection.database));
        return isFerretdb ? undefined : await dataSize(server, [...databases], signal);
      },
      close: async () => {
        await ahead.close();
        await deployment.close();
      },
    };
  } catch (cause) {
    await deployment.close();
    throw openFailure(cause);
  }
}

interface Opened {
  readonly catalog: Catalog;
  readonly moments: ReadMoments;
}

async function begin(
  deployment: Deployment,
  server: DeploymentServer,
  onlyDatabase: string | undefined,
  whenHistoryEnds: WhenHistoryEnds,
): Promise<Opened> {
  const catalog = await readCatalog(server, onlyDatabase);
  return { catalog, moments: await ReadMoments.begin(deployment, server, catalog.collections, whenHistoryEnds) };
}

/**
 * Continues an earlier reading. The collections come from the earlier reading, because its moment shows these and not
 * those of the present.
 */
async function resume(
  deployment: Deployment,
  server: DeploymentServer,
  earlier: EarlierReading,
  whenHistoryEnds: WhenHistoryEnds,
): Promise<Opened | undefined> {
  const moments = await ReadMoments.resume(deployment, server, earlier, whenHistoryEnds);
  return moments && { catalog: earlier, moments };
}

/**
 * Whether the collection's documents are read. A view has none of its own, and most users may not read MongoDB's own
 * collections.
 */
function isRead({ type, name }: CollectionInfo): boolean {
  return type !== 'view' && !isKeptByMongodb(name);
}

async function* nothing(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {}

/** @param leftOut receives the collection if it turns out to be dropped. */
async function* documentsOf(
  reading: CollectionReading,
  leftOut: LeftOut[],
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { database, name } = reading.collection;
  try {
    yield* readCollection(reading);
  } catch (thrown) {
    if (codeOf(thrown) === 'COLLECTION_DROPPED') {
      leftOut.push({ name: `${database}.${name}`, reason: 'it was dropped while it was captured' });
    }
    throw thrown;
  }
}
