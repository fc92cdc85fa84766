import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Long, serialize } from 'bson';
import { collectionOf, contentOf } from '../../../../test/support/live-source.ts';
import { startScriptedMongodb } from '../../../../test/support/scripted-mongodb/index.ts';
import { cursorReply } from '../../../../test/support/scripted-mongodb/wire-messages.ts';
import { openMongodbSource } from './index.ts';

test('a batch is taken apart after the next one was requested, and the cursor of a malformed batch is closed', async () => {
  const document = serialize({ _id: 1 });
  const malformed = Uint8Array.from(document).fill(1, -1);
  const cursor = { id: Long.fromNumber(4242), ns: 'shop.orders' };
  let replies = 0;
  await using server = await startScriptedMongodb({
    databases: { shop: { orders: {} } },
    script: ({ name, database }) => {
      if (database !== 'shop' || (name !== 'find' && name !== 'getMore')) return undefined;
      const batch = name === 'find' ? 'firstBatch' : 'nextBatch';
      const documents = [replies++ === 1 ? malformed : document];
      return { bytes: cursorReply({ name: batch, documents }, cursor, { ok: 1 }) };
    },
  });
  const source = await openMongodbSource(server.uri);
  await assert.rejects(contentOf(collectionOf(source)), { code: 'INVALID_SERVER_REPLY' });
  await source.close();
  const commands = server.deployment.requests.map(({ name }) => name);
  assert.deepEqual(commands.slice(commands.indexOf('find'), commands.lastIndexOf('killCursors') + 1), [
    'find',
    'getMore',
    'getMore',
    'killCursors',
  ]);
});
