import { MongoClient, type Db } from 'mongodb';
import { AppError, messageOf } from '../../../kernel/errors.ts';
import type { CollectionInfo } from '../../contract.ts';
import type { SnapshotSource, SourceCollection } from '../contract.ts';
import { listCollections } from './collections.ts';
import { readDocuments } from './documents.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens a running deployment.
 * @param uri a MongoDB connection string; it may hold a password and is never repeated in an error.
 * @throws AppError `SOURCE_UNREACHABLE` where the server does not answer or refuses the credentials.
 */
export async function openMongodbSource(uri: string): Promise<SnapshotSource> {
  const client = await connect(uri);
  try {
    const session = client.startSession();
    const build: { version?: unknown } = await client.db('admin').command({ buildInfo: 1 });
    const collections: SourceCollection[] = [];
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    for (const { name } of databases) {
      const db = client.db(name);
      for (const info of await listCollections(db)) {
        collections.push({ ...info, documents: (signal) => documentsOf(db, info, session, signal) });
      }
    }
    collections.sort((a, b) => compare(a.database, b.database) || compare(a.name, b.name));
    return {
      mongodbVersion: typeof build.version === 'string' ? build.version : 'unknown',
      consistency: {
        level: 'none',
        reason:
          'The collections were read one after another from a running deployment: what was written meanwhile may be there in part.',
      },
      collections,
      leftOut: [],
      close: async () => {
        await session.endSession();
        await client.close();
      },
    };
  } catch (cause) {
    await client.close();
    throw unreachable(cause);
  }
}

async function connect(uri: string): Promise<MongoClient> {
  try {
    const client = new MongoClient(uri, {
      appName: 'longshore',
      // An option given here would win over the connection string's own.
      ...(/[?&]serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: CONNECT_TIMEOUT_MS }),
    });
    return await client.connect();
  } catch (cause) {
    throw unreachable(cause);
  }
}

function unreachable(cause: unknown): AppError {
  return new AppError({
    code: 'SOURCE_UNREACHABLE',
    message: `the MongoDB deployment cannot be read: ${messageOf(cause)}`,
    hint: 'Check that the connection string names a running server and a user that may read all databases.',
    transient: true,
    cause,
  });
}

async function* documentsOf(
  db: Db,
  collection: CollectionInfo,
  session: ReturnType<MongoClient['startSession']>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (collection.type === 'view') return;
  yield* readDocuments(db, collection.name, session, signal);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
