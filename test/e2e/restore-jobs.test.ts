import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serialize } from 'bson';
import { isOnPath } from '../support/is-on-path.ts';
import { initialize, serve, type Initial, type Server } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { Project } from '../support/project.ts';
import { startScriptedMongodb, type Script, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory('restore-jobs');
const dataDirectory = join(directory.path, 'data');
const dump = join(directory.path, 'dump');
const numbered = (count: number) =>
  Array.from({ length: count }, (_, number) => ({ _id: number, text: `${number} `.padEnd(900, 'x') }));
const ORDERS = numbered(12_000);
const RESTORE_JOBS = '/clusters/shop/backup/restoreJobs';
const LIMIT = { timeout: 120_000 };

let initial: Initial;
let server: Server;
let snapshotId: string;

before(async () => {
  writeMongodump(dump, { shop: { 'orders & co': { documents: ORDERS }, items: { documents: numbered(50) } } });
  initial = await initialize(dataDirectory, directory.path);
  server = await serve(dataDirectory, directory.path, initial);
  await server.project.cluster('shop', dump);
  snapshotId = await server.project.completedSnapshot('shop');
});
after(async () => {
  await server[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

/** Starts an empty deployment, and registers it as a cluster. */
async function target(name: string): Promise<ScriptedMongodb> {
  const deployment = await startScriptedMongodb({ topology: 'standalone' });
  await server.project.liveCluster(name, deployment.uri);
  return deployment;
}

/** Requires that the deployment holds the documents of the dump. */
function requireEqual({ deployment }: ScriptedMongodb): void {
  const found = deployment.history.collection('shop', 'orders & co')?.documents;
  assert.ok(Array.isArray(found));
  const hex = (documents: readonly Uint8Array[]) => documents.map((each) => Buffer.from(each).toString('hex')).sort();
  assert.deepEqual(hex(found as Uint8Array[]), hex(ORDERS.map((document) => serialize(document))));
}

/** Lets a number of inserts through, then calls a function once, and lets nothing more through until it has ended. */
function afterInserts(count: number, act: () => Promise<unknown>): Script {
  let left = count;
  let acting: Promise<unknown> | undefined;
  return async ({ name }) => {
    if (name !== 'insert' || left-- > 0) return undefined;
    acting ??= act();
    await acting;
    return undefined;
  };
}

test('an automated restore into the cluster of another project ends with equal documents', LIMIT, async () => {
  const other = await Project.create(server.client, initial.orgId, 'other');
  await using deployment = await startScriptedMongodb({ topology: 'standalone' });
  await other.liveCluster('restored', deployment.uri);
  const body = { deliveryType: 'automated', snapshotId, targetClusterName: 'restored', targetGroupId: other.groupId };
  await server.project.restored('shop', body);
  requireEqual(deployment);
});

const CURL = skipUnless('curl', isOnPath('curl') && isOnPath('tar'));

test('a download that curl interrupts goes on, and is the dump byte for byte', { ...LIMIT, ...CURL }, async () => {
  const id = await server.project.restored('shop', { deliveryType: 'download', snapshotId });
  const job = await server.project.send('GET', `${RESTORE_JOBS}/${id}`);
  const link = job.string('/deliveryUrl/0');
  assert.ok(link.startsWith(`${server.url}/downloads/restore-${snapshotId}.tar.gz?`));
  const file = join(directory.path, 'restore.tar.gz');
  const curl = (...more: readonly string[]) => execFileSync('curl', ['-sS', '-f', ...more, link], { encoding: 'utf8' });
  curl('-o', file);
  const whole = readFileSync(file);
  for (const kept of [0, 1, 1_000_000, 7_654_321, whole.byteLength - 1]) {
    truncateSync(file, kept);
    curl('-C', '-', '-o', file);
    assert.ok(readFileSync(file).equals(whole), `went on wrongly after ${kept} bytes`);
  }
  assert.match(curl('-I'), new RegExp(`content-length: ${whole.byteLength}`, 'i'));
  const unpacked = join(directory.path, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('tar', ['xzf', file, '-C', unpacked]);
  assert.deepEqual(readdirSync(join(unpacked, 'dump', 'shop')), readdirSync(join(dump, 'shop')));
  for (const name of readdirSync(join(dump, 'shop')).filter((each) => each.endsWith('.bson'))) {
    const [ours, original] = [join(unpacked, 'dump', 'shop', name), join(dump, 'shop', name)];
    assert.equal(statSync(ours).size, statSync(original).size, name);
    assert.ok(readFileSync(ours).equals(readFileSync(original)), name);
  }
  await server.project.send('DELETE', `${RESTORE_JOBS}/${id}`);
  assert.throws(() => curl('-o', file), /403/);
  assert.doesNotMatch(server.process.stderr + server.process.stdout, /signature=/);
});

test('a link gives the objects of its snapshot, and neither others nor without its signature', LIMIT, async () => {
  const id = await server.project.restored('shop', { deliveryType: 'download', snapshotId });
  const target = `/api/longshore/v1/groups/${server.project.groupId}${RESTORE_JOBS}/${id}`;
  const folder = (await server.client.send({ target })).string('/repositoryUrl');
  const read = async (key: string, change = (url: URL): unknown => url): Promise<Response> => {
    const url = new URL(folder);
    url.pathname += key;
    change(url);
    return await fetch(url);
  };
  const manifest = await (await read(`snapshots/${snapshotId}.jsonl`)).text();
  const [, sha256 = ''] = /"sha256":"([0-9a-f]{64})"/.exec(manifest) ?? [];
  const key = `blocks/${sha256.slice(0, 2)}/${sha256}`;
  const stored = readFileSync(join(dataDirectory, 'repository', key));
  for (let time = 0; time < 20; time++) {
    assert.ok(Buffer.from(await (await read(key)).arrayBuffer()).equals(stored));
  }
  for (const other of ['repository.json', 'snapshots/', `blocks/aa/${'a'.repeat(64)}`, '..%2f..%2fprofile.json']) {
    assert.equal((await read(other)).status, 404, other);
  }
  assert.equal((await read('')).status, 403);
  const wrong = await read(key, ({ searchParams }) => searchParams.set('signature', 'a'.repeat(64)));
  assert.equal(wrong.status, 403);
  const withBody = httpRequest(folder.replace('/?', `/${key}?`), { headers: { 'content-length': '9' } });
  withBody.flushHeaders();
  const [answer] = (await once(withBody, 'response')) as [IncomingMessage];
  assert.equal(answer.statusCode, 400);
  withBody.destroy();
  await server.project.send('DELETE', `${RESTORE_JOBS}/${id}`);
  assert.equal((await read(key)).status, 403);
});

test('a restore that is cancelled writes nothing more', LIMIT, async () => {
  await using deployment = await target('cancelled');
  const body = { deliveryType: 'automated', snapshotId, targetClusterName: 'cancelled' };
  let cancelling: Promise<unknown> | undefined;
  let id = '';
  deployment.deployment.script = ({ name }) => {
    if (name === 'insert') cancelling ??= server.project.send('DELETE', `${RESTORE_JOBS}/${id}`);
    return undefined;
  };
  id = (await server.project.send('POST', RESTORE_JOBS, body)).string('/id');
  while (cancelling === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  await cancelling;
  const inserts = () => deployment.deployment.requests.filter(({ name }) => name === 'insert').length;
  const before = inserts();
  const job = await server.project.send('GET', `${RESTORE_JOBS}/${id}`);
  assert.match(job.text, /"cancelled":true.*"failed":false,"finishedAt"/);
  assert.equal(inserts(), before);
});

test('a restore goes on after the server was killed in the middle of it', LIMIT, async () => {
  await using deployment = await target('survivor');
  const killed = server.process;
  deployment.deployment.script = afterInserts(2, () => killed.end('SIGKILL'));
  const body = { deliveryType: 'automated', snapshotId, targetClusterName: 'survivor' };
  const id = (await server.project.send('POST', RESTORE_JOBS, body)).string('/id');
  assert.equal((await killed.finished()).signal, 'SIGKILL');
  deployment.deployment.script = () => undefined;
  server = await serve(dataDirectory, directory.path, initial);
  await server.project.endOfRestore('shop', id);
  requireEqual(deployment);
});
