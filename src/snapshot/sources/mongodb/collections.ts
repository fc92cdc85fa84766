import type { Db } from 'mongodb';
// The front door leaves it out, for the threads that encode, which seldom need it.
import { createTypeScriptTranscoder } from '../../../extjson/transcoder-ts/transcoder.ts';
import { isJsonObject, type Json } from '../../../kernel/json.ts';
import { memberTexts, type JsonText } from '../../../kernel/json-text.ts';
import type { CollectionInfo, CollectionType } from '../../contract.ts';

/**
 * What the server tells of a database's collections. Its answers are transcoded from their bytes, since objects of
 * JavaScript would put the keys of an index that look like integers first.
 */
export async function listCollections(db: Db): Promise<CollectionInfo[]> {
  const collections: CollectionInfo[] = [];
  for (const answer of await db.listCollections({}, { nameOnly: false, raw: true }).toArray()) {
    const text = extendedJson(answer);
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value) || typeof value['name'] !== 'string') throw new Error('a collection has no name');
    const { name, type, info } = value;
    const collectionType: CollectionType = type === 'view' || type === 'timeseries' ? type : 'collection';
    collections.push({
      database: db.databaseName,
      name,
      type: collectionType,
      options: memberTexts(text).get('options') ?? '{}',
      indexes: collectionType === 'view' ? [] : await listIndexes(db, name),
      ...uuidOf(info),
    });
  }
  return collections;
}

async function listIndexes(db: Db, collection: string): Promise<JsonText[]> {
  const indexes = await db.collection(collection).listIndexes({ raw: true }).toArray();
  return indexes.map(extendedJson);
}

const transcoder = createTypeScriptTranscoder('canonical');

/** @param document what the driver gives with `raw: true`: the bytes of a BSON document. */
function extendedJson(document: unknown): JsonText {
  if (!(document instanceof Uint8Array)) throw new TypeError('the driver parsed what it was to leave as it is');
  return Buffer.from(transcoder.transcode(document).json).toString('utf8').trimEnd();
}

/** From `{"uuid":{"$binary":{"base64":…,"subType":"04"}}}`; FerretDB and old servers tell none. */
function uuidOf(info: Json | undefined): { readonly uuid?: string } {
  const uuid = isJsonObject(info) ? info['uuid'] : undefined;
  const binary = isJsonObject(uuid) ? uuid['$binary'] : undefined;
  const base64 = isJsonObject(binary) ? binary['base64'] : undefined;
  return typeof base64 === 'string' ? { uuid: Buffer.from(base64, 'base64').toString('hex') } : {};
}
