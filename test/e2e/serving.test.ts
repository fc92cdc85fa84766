import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { initialize, serve } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { NEWEST } from '../support/project.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Far above the goal (p99 below 50 ms), because only a blocked event loop should fail on a busy machine. */
const LIMIT_MS = 1_000;

test('the server answers while it takes a snapshot and exports it', async (t) => {
  using directory = temporaryDirectory('serving');
  const data = join(directory.path, 'data');
  const dump = join(directory.path, 'dump');
  const documents = Array.from({ length: 120_000 }, (_, _id) => ({ _id, text: `number ${_id * 7919} `.repeat(15) }));
  writeMongodump(dump, { db: { big: { documents } } });
  const initial = await initialize(data, directory.path);
  await using server = await serve(data, directory.path, initial);
  const { project } = server;
  await project.cluster('big', dump);
  const bucket = await project.bucket('big-bucket', initial.roleId);

  const latencies: number[] = [];
  /** Reads something a hundred times a second at most until the work is done, because the limit of requests counts these, too. */
  const readWhile = async (work: Promise<unknown>) => {
    const state = { done: false };
    const end = work.finally(() => (state.done = true));
    while (!state.done) {
      const start = performance.now();
      const reply = await server.client.send({ target: project.path('/backup/exportBuckets'), headers: NEWEST });
      assert.equal(reply.status, 200);
      latencies.push(performance.now() - start);
      await setTimeout(10);
    }
    await end;
  };
  const snapshotId = await project.snapshot('big');
  await readWhile(project.waitFor(`/clusters/big/backup/snapshots/${snapshotId}`, '/status', ['completed']));
  const exportId = await project.export('big', snapshotId, bucket);
  await readWhile(project.waitFor(`/clusters/big/backup/exports/${exportId}`, '/state', ['Successful']));

  latencies.sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Infinity;
  t.diagnostic(`${latencies.length} reads, median ${quantile(0.5).toFixed(1)} ms, p99 ${quantile(0.99).toFixed(1)} ms`);
  assert.ok(latencies.length >= 10, 'the export was over before anything could be read');
  assert.ok(quantile(0.99) < LIMIT_MS, `p99 is ${quantile(0.99)} ms`);
});

test('a server without a terminal goes on after a hangup, and when nobody reads its log', async () => {
  using directory = temporaryDirectory('serving');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  await using server = await serve(data, directory.path, initial, ['--log-level', 'debug']);
  const { child } = server.process;
  child.kill('SIGHUP');
  child.stderr?.destroy();
  // Each request is a line of the log.
  for (let count = 0; count < 3; count++) {
    const reply = await server.client.send({ target: server.project.path('/backup/exportBuckets'), headers: NEWEST });
    assert.equal(reply.status, 200);
  }
  assert.ok(server.process.isRunning);
  assert.equal((await server.process.end('SIGTERM')).code, 0);
});
