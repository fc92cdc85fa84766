import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { EJSON } from 'bson';
import { MongoClient } from 'mongodb';
import { checkCompleteExport, prefixesOf } from '../support/exported.ts';
import { FERRETDB, REAL } from '../support/mongodb-under-test/index.ts';
import { NEWEST } from '../support/project.ts';
import { startService } from '../support/service.ts';

for (const subject of [FERRETDB, REAL]) {
  test(
    `a running ${subject.name} is registered by its URI, captured, and exported whole`,
    subject.options,
    async () => {
      const mongodb = await subject.start();
      const mongo = await MongoClient.connect(mongodb.uri);
      await using service = await startService();
      try {
        const ships = Array.from({ length: 2500 }, (_, index) => ({
          _id: index,
          name: `ship ${index}`,
          tons: index * 1.5,
        }));
        await mongo.db('harbour').dropDatabase();
        await mongo.db('harbour').collection<{ _id: number }>('ships').insertMany(ships);

        const registered = await service.client.send({
          method: 'POST',
          target: `/api/longshore/v1/groups/${service.groupId}/clusters`,
          body: { name: 'harbour', mongodb: { uri: mongodb.uri } },
        });
        assert.equal(registered.status, 201, registered.text);
        const bucket = await service.project.bucket('harbour-exports');
        const snapshot = await service.project.completedSnapshot('harbour');
        await service.project.successfulExport('harbour', snapshot, bucket);

        const directory = join(service.dataDirectory, 'buckets', 'harbour-exports');
        const [prefix] = prefixesOf(directory);
        assert.ok(prefix !== undefined);
        assert.equal(checkCompleteExport(directory, prefix), ships.length);
        const lines = gunzipSync(readFileSync(join(directory, prefix, 'harbour', 'ships', 'harbour.0.json.gz')))
          .toString('utf8')
          .trimEnd()
          .split('\n');
        const exported = lines.map((line): unknown => EJSON.parse(line));
        assert.deepEqual(
          exported.sort((a, b) => idOf(a) - idOf(b)),
          ships,
        );

        const shown = await service.client.send({ target: service.project.path('/clusters/harbour'), headers: NEWEST });
        assert.equal(shown.status, 200);
      } finally {
        await mongo.db('harbour').dropDatabase();
        await mongo.close();
        await mongodb.stop();
      }
    },
  );
}

function idOf(document: unknown): number {
  assert.ok(typeof document === 'object' && document !== null && '_id' in document && typeof document._id === 'number');
  return document._id;
}
