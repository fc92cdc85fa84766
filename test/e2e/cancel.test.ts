import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { initialize, longshore, serve } from '../support/longshore.ts';
import { writeMongodump, type DumpedCollection } from '../support/mongodump.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Enough documents for an export of some duration. */
const COLLECTIONS = 400;

/** The files below a bucket's directory. */
function filesIn(bucket: string): readonly string[] {
  if (!existsSync(bucket)) return [];
  return readdirSync(bucket, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(gz|json|claim|complete)$/.test(path),
  );
}

test('an export that is cancelled in its middle writes nothing more, also after kill -9, and its objects are removed on request', async () => {
  using directory = temporaryDirectory('cancel');
  const home = directory.path;
  const data = join(home, 'data');
  const dump = join(home, 'dump');
  const collections: Record<string, DumpedCollection> = {};
  for (let n = 0; n < COLLECTIONS; n++) collections[`c${n}`] = { documents: [{ _id: n, text: 'x'.repeat(100) }] };
  writeMongodump(dump, { shop: collections });
  const initial = await initialize(data, home);
  const bucket = join(data, 'buckets', 'nightly');
  let exportId: string;
  let written: readonly string[];
  {
    await using server = await serve(data, home, initial);
    const { project, client } = server;
    await project.cluster('source', dump);
    const snapshotId = await project.completedSnapshot('source');
    exportId = await project.export('source', snapshotId, await project.bucket('nightly', initial.roleId));
    while (filesIn(bucket).length < 5) await sleep(2);
    const target = `/api/longshore/v1/groups/${initial.groupId}/clusters/source/backup/exports/${exportId}/cancel`;
    const cancelled = await client.send({ method: 'POST', target });
    assert.equal(cancelled.string('/state'), 'Cancelled', cancelled.text);
    written = filesIn(bucket);
    assert.ok(written.length < 2 * COLLECTIONS, 'the export was done too early');
    await server.process.end('SIGKILL');
  }
  await using server = await serve(data, home, initial);
  const document = await server.project.send('GET', `/clusters/source/backup/exports/${exportId}`);
  assert.equal(document.string('/state'), 'Cancelled');
  assert.equal(document.string('/stateReason/errorCode'), 'EXPORT_CANCELLED');
  await sleep(500);
  assert.deepEqual(filesIn(bucket), written);
  assert.ok(!written.some((path) => path.endsWith('.complete')));
  const removed = await longshore(['export', 'delete', 'source', 'latest', '--with-objects', '--data-dir', data], {
    home,
  });
  assert.match(removed.stdout, new RegExp(`, and ${written.length} objects of it are removed`), removed.stderr);
  assert.deepEqual(filesIn(bucket), []);
});
