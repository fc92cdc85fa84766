import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import { startScriptedMongodb, type Script } from '../../../test/support/scripted-mongodb/index.ts';
import { serveHere } from '../../../test/support/server-here.ts';
import { typed } from '../../../test/support/typed-command.ts';
import { AppError } from '../../kernel/errors.ts';

const MEGABYTE = 1_000_000;
const DOCUMENTS = Array.from({ length: 24 }, (_, id) => serialize({ _id: id, filler: Buffer.alloc(MEGABYTE, id) }));
/** From this batch on, the parts that are read are kept, because more time has passed than between two checkpoints. */
const LATER_BATCH = 6;
/** The connection is cut at this batch, and the password is another one by then. */
const CUT_BATCH = 11;
/** The cause must be told within this time. */
const SOON_MS = 5000;

test('a snapshot that has read a part waits while the password is refused, and goes on once the cluster has the new one', async () => {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const users = [{ name: 'backup', password: 'first-secret' }];
  let batches = 0;
  const script: Script = ({ name }) => {
    if (name !== 'getMore') return undefined;
    batches++;
    if (batches === LATER_BATCH) clock.ahead += 6000;
    if (batches !== CUT_BATCH) return undefined;
    users[0] = { name: 'backup', password: 'second-secret' };
    return { cut: true };
  };
  await using mongodb = await startScriptedMongodb({
    ...{ topology: 'replicaSet', members: 1, batchBytes: 2 * MEGABYTE, users, script },
    databases: { shop: { orders: { documents: DOCUMENTS } } },
  });
  await using served = await serveHere('rotation', clock);
  const uri = (password: string): string => mongodb.uri.replace('//', `//backup:${password}@`);
  let shownAfterMs = Number.POSITIVE_INFINITY;
  const type = async (argv: readonly string[], password = '', until?: RegExp): Promise<string> => {
    const startedAt = performance.now();
    const { out, err } = await typed([...argv, '--data-dir', served.dataDir], {
      environment: { URI: uri(password) },
      onError(text, interrupt) {
        if (until === undefined || interrupt.signal.aborted || !until.test(text)) return;
        shownAfterMs = performance.now() - startedAt;
        interrupt.abort(new AppError({ code: 'INTERRUPTED', message: 'seen' }));
      },
    });
    assert.doesNotMatch(out + err, /-secret/);
    return out + err;
  };
  const fromVariable = ['--mongodb-uri-env', 'URI'];
  await type(['cluster', 'add', 'Live', ...fromVariable], 'first-secret');
  const waits = /waits: .*Authentication failed.*`longshore cluster update`.* Next try at \d\d:\d\d:\d\d \(/;
  await type(['snapshot', 'create', 'Live', '--watch'], '', waits);
  assert.ok(shownAfterMs < SOON_MS, `told after ${shownAfterMs} ms`);
  for (const command of [
    ['status'],
    ['cluster', 'show', 'Live'],
    ['snapshot', 'show', 'Live'],
    ['snapshot', 'list', 'Live'],
  ]) {
    assert.match(await type(command), /(waits|is tried again).*Authentication failed/, command.join(' '));
  }

  assert.match(await type(['cluster', 'update', 'Live', ...fromVariable], 'first-secret'), /Authentication failed/);
  const asked = mongodb.deployment.requests.length;
  assert.match(await type(['cluster', 'update', 'Live', ...fromVariable], 'second-secret'), /has its new source/);
  assert.match(await type(['snapshot', 'watch', 'Live']), /: completed, read 24\.0 MB/);
  const later = mongodb.deployment.requests.slice(asked);
  const reads = later.filter(({ name, database }) => name === 'find' && database === 'shop');
  assert.ok(
    reads.some(({ command }) => command['min'] !== undefined),
    'it went on behind what it had stored',
  );
});
