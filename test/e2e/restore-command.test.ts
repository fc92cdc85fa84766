import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { initialize, longshore, serve, type Server } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { startScriptedMongodb, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// `longshore restore SOURCE TARGET` with a registered cluster as the target.

const directory = temporaryDirectory('restore-command');
const home = directory.path;
const dataDirectory = join(home, 'data');
let server: Server;
let deployment: ScriptedMongodb;
let snapshotId: string;
let exportId: string;

before(async () => {
  const dump = join(home, 'dump');
  writeMongodump(dump, { shop: { orders: { documents: [{ _id: 1 }, { _id: 2 }] } } });
  const initial = await initialize(dataDirectory, home);
  server = await serve(dataDirectory, home, initial);
  await server.project.cluster('shop', dump);
  snapshotId = await server.project.completedSnapshot('shop');
  exportId = await server.project.successfulExport('shop', snapshotId, await server.project.bucket('exports'));
  deployment = await startScriptedMongodb({ topology: 'standalone' });
  await server.project.liveCluster('staging', deployment.uri);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await deployment.stop();
  directory[Symbol.dispose]();
});

const restore = async (...options: readonly string[]) =>
  await longshore(['restore', ...options, '--data-dir', dataDirectory, '--url', server.url], { home });

test('each way to name a snapshot leads to it', async () => {
  for (const source of ['shop', 'shop/latest', `shop/${snapshotId}`, snapshotId, exportId, `shop/${exportId}`]) {
    deployment.deployment.set('shop', 'orders', undefined);
    const { code, stdout, stderr } = await restore(source, 'staging');
    assert.equal(code, 0, `${source}: ${stderr}`);
    assert.match(stdout, /^ok +snapshot [0-9a-f]{24} of shop is in staging: every document was read back and compared/);
    assert.match(stdout, /1 collection, 2 documents/);
  }
});

test('a target that holds documents is refused with the options that decide, and --drop decides', async () => {
  const refused = await restore('shop', 'staging');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /holds documents already in shop\.orders[\s\S]*--drop/);
  const { code, stdout } = await restore('shop', 'staging', '--drop', '--json');
  assert.equal(code, 0);
  assert.match(stdout, /^\{.*"report":\{.*"state":"completed".*\}\n$/);
});

test('what cannot be is refused in the words of the arguments, and nothing is started', async () => {
  for (const [options, code, words] of [
    [['./exports', 'staging'], 2, /\.\/exports is the place of an export.*registered cluster/],
    [['s3://bucket', 'staging'], 2, /s3:\/\/bucket is the place of an export/],
    [['shop', 'staging', '--include', 'shop'], 2, /--include and the cluster staging exclude each other/],
    [['shop', 'staging', '--to-dump', 'x'], 2, /--to-dump and the cluster staging exclude each other/],
    [['shop', 'staging', '--drop', '--if-exists', 'skip'], 2, /contradict each other/],
    [['shop', 'staging', '--oplog-replay'], 4, /SNAPSHOT_HAS_NO_OPLOG/],
    [['shop', 'nowhere'], 4, /there is no cluster "nowhere"/],
    [['nothing', 'staging'], 4, /there is no cluster "nothing"/],
    [['shop/ffff', 'staging'], 4, /there is no snapshot "ffff" of shop/],
    [['f'.repeat(24), 'staging'], 4, /has a snapshot or an export with the id ffff/],
    [['shop', 'shop'], 4, /RESTORE_TARGET_INVALID/],
  ] as const) {
    const run = await restore(...options);
    assert.equal(run.code, code, `${options.join(' ')}: ${run.stderr}`);
    assert.match(run.stderr, words);
  }
});
