import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkCompleteExport, isCompleteExport, prefixesOf } from '../support/exported.ts';
import { texts } from '../support/json.ts';
import { initialize, serve } from '../support/longshore.ts';
import type { Server } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { NEWEST } from '../support/project.ts';
import type { Project } from '../support/project.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ROUNDS = 12;
/** Between the start of the writing and the kill, at most. */
const MAX_ROUND_MS = 1500;
const LIMIT = { timeout: 300_000 };
const BUCKET = 'survivor';
const DOCUMENTS = 20_000;
const CLUSTERS = ['cluster-a', 'cluster-b'];

/** Everything that the server has acknowledged, by kind. It must exist for ever. */
class Acknowledged {
  readonly buckets = new Set<string>();
  readonly roles = new Set<string>();
  readonly keys = new Set<string>();
  /** id, and the cluster. */
  readonly snapshots = new Map<string, string>();
  readonly exports = new Map<string, string>();

  get size(): number {
    return this.buckets.size + this.roles.size + this.keys.size + this.snapshots.size + this.exports.size;
  }
}

/** Writes until the server is gone. A step sends requests and notes what was acknowledged; it may find nothing to send. */
async function keepWriting({ process }: Server, step: () => Promise<void>): Promise<void> {
  while (process.isRunning) {
    try {
      await step();
    } catch (error) {
      if (isConnectionLoss(error)) return;
      throw error;
    }
  }
}

function isConnectionLoss(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(String(code));
}

/** Sends a POST and returns the id; undefined for a refusal (such as that of a second snapshot). */
async function post(project: Project, rest: string, body: unknown, pointer: string): Promise<string | undefined> {
  const reply = await project.client.send({ method: 'POST', target: project.path(rest), headers: NEWEST, body });
  assert.ok([200, 400, 404, 409, 429].includes(reply.status), `${reply.status} ${reply.text}`);
  return reply.status < 300 ? reply.string(pointer) : undefined;
}

async function writeUntilKilled(server: Server, roleId: string, acknowledged: Acknowledged): Promise<void> {
  const { project } = server;
  const note = (ids: Set<string>, id: string | undefined) => {
    if (id !== undefined) ids.add(id);
  };
  const bucket = { bucketName: BUCKET, cloudProvider: 'AWS', iamRoleId: roleId };
  await Promise.all([
    keepWriting(server, async () =>
      note(acknowledged.buckets, await post(project, '/backup/exportBuckets', bucket, '/_id')),
    ),
    keepWriting(server, async () =>
      note(acknowledged.roles, await post(project, '/cloudProviderAccess', { providerName: 'AWS' }, '/roleId')),
    ),
    keepWriting(server, async () =>
      note(acknowledged.keys, await post(project, '/apiKeys', { desc: 'key', roles: ['GROUP_READ_ONLY'] }, '/id')),
    ),
    ...CLUSTERS.map((cluster) =>
      keepWriting(server, async () => {
        const id = await post(project, `/clusters/${cluster}/backup/snapshots`, { retentionInDays: 1 }, '/id');
        if (id !== undefined) acknowledged.snapshots.set(id, cluster);
        await sleep(20);
      }),
    ),
    keepWriting(server, async () => {
      const [exportBucketId] = acknowledged.buckets;
      for (const [snapshotId, cluster] of acknowledged.snapshots) {
        const id = await post(project, `/clusters/${cluster}/backup/exports`, { snapshotId, exportBucketId }, '/id');
        if (id !== undefined) acknowledged.exports.set(id, cluster);
        await sleep(5);
      }
      await sleep(20);
    }),
  ]);
}

/** Ids of all pages of a list. */
async function listed(project: Project, rest: string, key: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let pageNum = 1; ; pageNum++) {
    const page = (await project.send('GET', `${rest}?itemsPerPage=500&pageNum=${pageNum}`)).list('/results');
    for (const id of texts(page, key)) ids.add(id);
    if (page.length < 500) return ids;
  }
}

async function checkNothingLost(project: Project, acknowledged: Acknowledged): Promise<void> {
  const missing = (wanted: Iterable<string>, found: Set<string>) => [...wanted].filter((id) => !found.has(id));
  const roles = (await project.send('GET', '/cloudProviderAccess')).list('/awsIamRoles');
  const roleIds = new Set(texts(roles, 'roleId'));
  assert.deepEqual(missing(acknowledged.buckets, await listed(project, '/backup/exportBuckets', '_id')), []);
  assert.deepEqual(missing(acknowledged.roles, roleIds), []);
  assert.deepEqual(missing(acknowledged.keys, await listed(project, '/apiKeys', 'id')), []);
  for (const cluster of CLUSTERS) {
    const ofCluster = (rows: Map<string, string>) => [...rows].filter(([, name]) => name === cluster).map(([id]) => id);
    const path = `/clusters/${cluster}/backup`;
    assert.deepEqual(missing(ofCluster(acknowledged.snapshots), await listed(project, `${path}/snapshots`, 'id')), []);
    assert.deepEqual(missing(ofCluster(acknowledged.exports), await listed(project, `${path}/exports`, 'id')), []);
  }
}

/** Checks that exports with `.complete` are complete. Returns the number of exports without it. */
function checkBucket(bucket: string): number {
  const prefixes = prefixesOf(bucket);
  const complete = prefixes.filter((prefix) => isCompleteExport(bucket, prefix));
  for (const prefix of complete) assert.equal(checkCompleteExport(bucket, prefix), DOCUMENTS, prefix);
  return prefixes.length - complete.length;
}

test('nothing that was acknowledged is lost by kill -9, and what was under way ends well', LIMIT, async (t) => {
  using directory = temporaryDirectory('kill');
  const data = join(directory.path, 'data');
  const dump = join(directory.path, 'dump');
  const bucket = join(data, 'buckets', BUCKET);
  const documents = Array.from({ length: DOCUMENTS }, (_, _id) => ({ _id, text: `document ${_id} `.repeat(20) }));
  writeMongodump(dump, { db: { documents: { documents } } });
  const initial = await initialize(data, directory.path);
  const acknowledged = new Acknowledged();
  let interrupted = 0;
  {
    await using server = await serve(data, directory.path, initial);
    for (const cluster of CLUSTERS) await server.project.cluster(cluster, dump);
  }

  for (let round = 1; round <= ROUNDS; round++) {
    await using server = await serve(data, directory.path, initial);
    await checkNothingLost(server.project, acknowledged);
    const killed = sleep(randomInt(30, MAX_ROUND_MS)).then(() => server.process.end('SIGKILL'));
    await Promise.all([writeUntilKilled(server, initial.roleId, acknowledged), killed]);
    interrupted += checkBucket(bucket);
  }
  t.diagnostic(
    `${acknowledged.size} writes acknowledged, ${acknowledged.snapshots.size} snapshots, ` +
      `${acknowledged.exports.size} exports in ${ROUNDS} rounds; ${interrupted} times an export was cut off in the middle`,
  );
  assert.ok(acknowledged.exports.size > 0, 'the rounds were too short');

  await using server = await serve(data, directory.path, initial);
  await checkNothingLost(server.project, acknowledged);
  // Includes what was written but not acknowledged, because the kill came between the two.
  let exports = 0;
  for (const cluster of CLUSTERS) {
    const path = `/clusters/${cluster}/backup`;
    for (const id of await listed(server.project, `${path}/snapshots`, 'id'))
      await server.project.waitFor(`${path}/snapshots/${id}`, '/status', ['completed']);
    for (const id of await listed(server.project, `${path}/exports`, 'id')) {
      await server.project.waitFor(`${path}/exports/${id}`, '/state', ['Successful']);
      exports++;
    }
  }
  assert.equal(checkBucket(bucket), 0);
  assert.equal(prefixesOf(bucket).length, exports);
});
