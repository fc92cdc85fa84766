import { EJSON, type Document } from 'bson';
import { MongoClient } from 'mongodb';
import { orderedDocument } from '../../src/snapshot/targets/mongodb/ordered-values.ts';
import type { TargetContent } from '../../src/snapshot/targets/conformance.ts';

/** Reads what a deployment holds with the driver, as an application does. */
export function contentByDriver(uri: string): TargetContent {
  const using = async <T>(read: (client: MongoClient) => Promise<T>): Promise<T> => {
    const client = await MongoClient.connect(uri);
    try {
      return await read(client);
    } finally {
      await client.close();
    }
  };
  const listed = (client: MongoClient, database: string, name: string): Promise<Document[]> =>
    client.db(database).listCollections({ name }).toArray();
  return {
    documents: (database, name) =>
      using(async (client) => {
        if ((await listed(client, database, name)).length === 0) return undefined;
        const found = await client.db(database).collection(name, { raw: true }).find().toArray();
        return found.map((bytes) => Buffer.from(bytes as unknown as Uint8Array).toString('hex')).sort();
      }),
    options: (database, name) =>
      using(async (client) => EJSON.stringify((await listed(client, database, name))[0]?.['options'])),
    indexKeys: (database, name) =>
      using(async (client) => {
        const indexes = await client.db(database).collection(name).listIndexes({ raw: true }).toArray();
        return indexes.map((bytes) => keyText(orderedDocument(bytes as unknown as Uint8Array))).sort();
      }),
  };
}

/** The key of an index as JSON. A JavaScript object would move numeric names to the front. */
function keyText(index: ReadonlyMap<string, unknown>): string {
  const key = index.get('key');
  const parts = key instanceof Map ? [...(key as Map<string, unknown>)] : [];
  return `{${parts.map(([name, value]) => `${JSON.stringify(name)}:${String(value)}`).join()}}`;
}
