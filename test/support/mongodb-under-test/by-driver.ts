import { deserialize } from 'bson';
import { MongoClient, type Document } from 'mongodb';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { StartedMongodb } from './contract.ts';

/** The field of the reply to serverStatus that counts the open cursors. */
const readOpenCursors = Compile(
  Type.Object({
    metrics: Type.Object({ cursor: Type.Object({ open: Type.Object({ total: Type.Number() }) }) }),
  }),
);

/** The largest number of documents in one write, because the driver limits the size of a message. */
const DOCUMENTS_AT_ONCE = 1000;

/**
 * Connects a test to a deployment to which the driver writes, as in an application.
 * @param server the deployment. Before it is stopped, the databases that the test wrote are dropped.
 */
export async function byDriver(server: { readonly uri: string; stop(): Promise<void> }): Promise<StartedMongodb> {
  const client = await MongoClient.connect(server.uri);
  const put = new Set<string>();
  const hasFailPoints = await succeeds(() => failPoint(client, { mode: 'off' }));
  const openCursors = async (): Promise<number> => {
    const status = readOpenCursors.Parse(await client.db('admin').command({ serverStatus: 1 }));
    return status.metrics.cursor.open.total;
  };
  return {
    uri: server.uri,
    put: async (database, name, { documents = [], options = {}, indexes = [] }) => {
      put.add(database);
      const db = client.db(database);
      await db.dropCollection(name);
      await db.createCollection(name, options);
      const parsed = documents.map((document) => deserialize(document, { promoteValues: false, bsonRegExp: true }));
      for (let from = 0; from < parsed.length; from += DOCUMENTS_AT_ONCE) {
        await db.collection(name).insertMany(parsed.slice(from, from + DOCUMENTS_AT_ONCE));
      }
      const made = indexes.map(({ name: indexName, key }) => ({ name: indexName, key: new Map(key) }));
      if (made.length > 0) await db.collection(name).createIndexes(made);
    },
    drop: async (database, name) => {
      await client.db(database).dropCollection(name);
    },
    failNext: hasFailPoints
      ? async (command, how) => {
          const failure = how === 'cut' ? { closeConnection: true } : { errorCode: how.code };
          const data = { failCommands: [command], appName: 'longshore', ...failure };
          await failPoint(client, { mode: { times: 1 }, data });
        }
      : undefined,
    openCursors: (await succeeds(openCursors)) ? openCursors : undefined,
    stop: async () => {
      for (const database of put) await client.db(database).dropDatabase();
      await client.close();
      await server.stop();
    },
  };
}

/** Sets a fail point. Only a server that was started with `enableTestCommands` has fail points. */
async function failPoint(client: MongoClient, rest: Document): Promise<void> {
  await client.db('admin').command({ configureFailPoint: 'failCommand', ...rest });
}

async function succeeds(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch {
    return false;
  }
}
