import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { ferretdbFound, startFerretdb } from '../../../../test/support/ferretdb.ts';
import { startScriptedMongodb } from '../../../../test/support/scripted-mongodb/index.ts';
import { skipUnless } from '../../../../test/support/skip-unless.ts';
import { contentByDriver } from '../../../../test/support/target-content.ts';
import { runRestoreTargetConformance } from '../conformance.ts';
import { openMongodbTarget } from './index.ts';

const clock = { now: () => Date.now() };

runRestoreTargetConformance({
  name: 'scripted replica set',
  comparesDocuments: true,
  place: async () => {
    const server = await startScriptedMongodb({ topology: 'replicaSet' });
    return {
      open: () => openMongodbTarget(server.uri, { clock }),
      content: contentByDriver(server.uri),
      remove: () => server.stop(),
    };
  },
});

/** One FerretDB serves all tests, because it takes half a second to start. */
let ferretdb: ReturnType<typeof startFerretdb> | undefined;

after(async () => (await ferretdb)?.stop());

runRestoreTargetConformance({
  name: 'FerretDB',
  options: skipUnless('mongodb', ferretdbFound()),
  comparesDocuments: true,
  withoutViews: true,
  withoutOptions: true,
  place: async () => {
    ferretdb ??= startFerretdb();
    const { uri } = await ferretdb;
    return {
      open: () => openMongodbTarget(uri, { clock }),
      content: contentByDriver(uri),
      remove: async () => {
        const client = await MongoClient.connect(uri);
        await client.db('conformance_a').dropDatabase();
        await client.close();
      },
    };
  },
});

test('a server that is too old for a restore is not told to be registered as a dump', async () => {
  await using server = await startScriptedMongodb({ maxWireVersion: 8 });
  await assert.rejects(openMongodbTarget(`${server.uri}?serverSelectionTimeoutMS=300`, { clock }), {
    code: 'RESTORE_TARGET_TOO_OLD',
    message: /MongoDB 4\.4/,
    hint: /--to-dump/,
  });
});
