import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import { startScriptedMongodb, type Script } from '../../../test/support/scripted-mongodb/index.ts';
import { serveHere } from '../../../test/support/server-here.ts';
import { typed } from '../../../test/support/typed-command.ts';

const DOCUMENTS = Array.from({ length: 24 }, (_, id) => serialize({ _id: id, filler: Buffer.alloc(1_000_000, id) }));
/** The connection is cut at this batch, and the password is another one by then. */
const CUT_BATCH = 11;
/** The cause must be told within this time. */
const SOON_MS = 5000;

test('a snapshot whose password is changed fails with the reason, and the next one succeeds with the new password', async () => {
  const users = [{ name: 'backup', password: 'first-secret' }];
  let batches = 0;
  const script: Script = ({ name }) => {
    if (name !== 'getMore' || ++batches !== CUT_BATCH) return undefined;
    users[0] = { name: 'backup', password: 'second-secret' };
    return { cut: true };
  };
  await using mongodb = await startScriptedMongodb({
    ...{ topology: 'replicaSet', members: 1, batchBytes: 2_000_000, users, script },
    databases: { shop: { orders: { documents: DOCUMENTS } } },
  });
  await using served = await serveHere('rotation');
  const type = async (argv: readonly string[], password = ''): Promise<string> => {
    const URI = mongodb.uri.replace('//', `//backup:${password}@`);
    const { out, err } = await typed([...argv, '--data-dir', served.dataDir], { environment: { URI } });
    assert.doesNotMatch(out + err, /-secret/);
    return out + err;
  };
  const fromVariable = ['--mongodb-uri-env', 'URI'];
  await type(['cluster', 'add', 'Live', ...fromVariable], 'first-secret');
  const startedAt = performance.now();
  const reason = /Authentication failed.*`longshore cluster update`/s;
  assert.match(await type(['snapshot', 'create', 'Live', '--watch']), reason);
  assert.ok(performance.now() - startedAt < SOON_MS);
  for (const command of [
    ['status'],
    ['cluster', 'show', 'Live'],
    ['snapshot', 'show', 'Live'],
    ['snapshot', 'list', 'Live'],
  ]) {
    assert.match(await type(command), /Authentication failed/, command.join(' '));
  }

  assert.match(await type(['cluster', 'update', 'Live', ...fromVariable], 'first-secret'), /Authentication failed/);
  assert.match(await type(['cluster', 'update', 'Live', ...fromVariable], 'second-secret'), /is updated/);
  assert.match(await type(['snapshot', 'create', 'Live', '--watch']), /: completed, read 24\.0 MB/);
});
