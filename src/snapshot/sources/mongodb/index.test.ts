import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { deserialize, serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { mongodbFound, startMongodb, type MongodbServer } from '../../../../test/support/ferretdb.ts';
import { skipUnless } from '../../../../test/support/skip-unless.ts';
import { AppError } from '../../../kernel/errors.ts';
import { memberTexts } from '../../../kernel/json-text.ts';
import type { SnapshotSource, SourceCollection } from '../contract.ts';
import { openMongodbSource } from './index.ts';

const DOCUMENTS = 12_000;
const never = new AbortController().signal;

async function readAll(collection: SourceCollection): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of collection.documents(never)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

function find(source: SnapshotSource, name: string): SourceCollection {
  const found = source.collections.find((collection) => collection.database === 'harbour' && collection.name === name);
  assert.ok(found, `no collection ${name}`);
  return found;
}

describe('a running MongoDB server', skipUnless('mongodb', mongodbFound()), () => {
  let server: MongodbServer;
  let client: MongoClient;
  let source: SnapshotSource;

  before(async () => {
    server = await startMongodb();
    client = await MongoClient.connect(server.uri);
    const db = client.db('harbour');
    await db.dropDatabase();
    const ships = Array.from({ length: DOCUMENTS }, (_, index) => ({
      _id: index,
      name: `ship ${index}`,
      tons: index * 1.5,
    }));
    await db.collection<{ _id: number }>('ships').insertMany(ships);
    await db.collection('ships').createIndexes([
      {
        key: new Map([
          ['name', 1],
          ['2', -1],
        ]),
        name: 'name_1_2_-1',
        unique: true,
      },
    ]);
    await db.createCollection('empty');
    source = await openMongodbSource(server.uri);
  });

  after(async () => {
    await source.close();
    await client.db('harbour').dropDatabase();
    await client.close();
    await server.stop();
  });

  test('says its version and promises no point in time', () => {
    assert.match(source.mongodbVersion, /^\d+\.\d+\.\d+/);
    assert.equal(source.consistency.level, 'none');
  });

  test('every document comes over several batches, byte for byte', async () => {
    const bytes = await readAll(find(source, 'ships'));
    const names = new Set<unknown>();
    for (let offset = 0; offset < bytes.length;) {
      const length = bytes.readInt32LE(offset);
      const document = bytes.subarray(offset, offset + length);
      const { name } = deserialize(document, { promoteValues: false });
      names.add(String(name));
      assert.deepEqual(Buffer.from(serialize(deserialize(document, { promoteValues: false }))), document);
      offset += length;
    }
    assert.equal(names.size, DOCUMENTS);
  });

  test('an index comes as it is: canonical Extended JSON, its keys in their order', () => {
    const index = find(source, 'ships')
      .indexes.map(memberTexts)
      .find((each) => each.get('name') === '"name_1_2_-1"');
    assert.ok(index);
    assert.equal(index.get('key'), '{"name":{"$numberInt":"1"},"2":{"$numberInt":"-1"}}');
    assert.equal(index.get('unique'), 'true');
  });

  test('an empty collection yields nothing', async () => {
    assert.equal((await readAll(find(source, 'empty'))).length, 0);
  });

  test('a reader that stops early leaves the source usable', async () => {
    for await (const piece of find(source, 'ships').documents(never)) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.ok((await readAll(find(source, 'ships'))).length > 0);
  });

  test('an aborted read ends with the abort', async () => {
    const aborting = new AbortController();
    aborting.abort(new Error('stop'));
    await assert.rejects(async () => {
      for await (const piece of find(source, 'ships').documents(aborting.signal)) assert.fail(`${piece.length} bytes`);
    }, /stop/);
  });
});

test('a server that is not there is SOURCE_UNREACHABLE, and the password is not told', async () => {
  const uri = 'mongodb://user:s3cret@127.0.0.1:9/?serverSelectionTimeoutMS=200&directConnection=true';
  await assert.rejects(openMongodbSource(uri), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'SOURCE_UNREACHABLE');
    assert.ok(!error.message.includes('s3cret'));
    return true;
  });
});

test('a connection string that is none is refused without being repeated', async () => {
  await assert.rejects(openMongodbSource('mongodb://user:s3cret@'), (error) => {
    assert.ok(error instanceof AppError);
    assert.ok(!error.message.includes('s3cret'), error.message);
    return true;
  });
});
