import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serialize } from 'bson';
import { checkCompleteExport, prefixesOf } from '../support/exported.ts';
import { initialize, serve, type Server } from '../support/longshore.ts';
import { startScriptedMongodb, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const LIMIT = { timeout: 180_000 };
const FEW = 500;
const MANY = 60_000;
const documents = (count: number, text: string): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => serialize({ _id: index, text: text.repeat(1200) }));

/** The commands that the deployment received since the last call. */
function requestsSince(mongodb: ScriptedMongodb): ScriptedMongodb['deployment']['requests'] {
  return mongodb.deployment.requests.splice(0);
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`waited for ${what}`);
    await sleep(10);
  }
}

/**
 * Captures a replica set that answers slowly, and kills the server with SIGKILL once it has written how far it is, in the middle of the
 * second collection.
 */
async function killedCapture(
  body: (context: {
    readonly mongodb: ScriptedMongodb;
    readonly data: string;
    readonly id: string;
    readonly reason: string;
    readonly restart: () => Promise<Server>;
    readonly checkpoints: () => string[];
  }) => Promise<void>,
): Promise<void> {
  using directory = temporaryDirectory('resume');
  const data = join(directory.path, 'data');
  await using mongodb = await startScriptedMongodb({
    topology: 'replicaSet',
    databases: { shop: { few: { documents: documents(FEW, 'a') }, many: { documents: documents(MANY, 'b') } } },
    batchBytes: 1024 * 1024,
  });
  const initial = await initialize(data, directory.path);
  const checkpoints = (): string[] => {
    const folder = join(data, 'repository', 'checkpoints');
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    return names.filter((name) => name.endsWith('.jsonl'));
  };
  const restart = () => serve(data, directory.path, initial, ['--log-level', 'info']);
  let id: string;
  let reason: string;
  {
    await using server = await restart();
    const target = `/api/longshore/v1/groups/${initial.groupId}/clusters`;
    const added = await server.client.send({
      method: 'POST',
      target,
      body: { name: 'Live', mongodb: { uri: mongodb.uri } },
    });
    assert.equal(added.status, 201, added.text);
    mongodb.deployment.script = async ({ name }) => {
      if (name === 'getMore') await sleep(150);
      return undefined;
    };
    id = await server.project.snapshot('Live');
    await until(() => checkpoints().length > 0, 'a checkpoint');
    reason = (await server.client.send({ target: `${target}/Live/backup/snapshots/${id}` })).string(
      '/consistency/reason',
    );
    await server.process.end('SIGKILL');
  }
  mongodb.deployment.script = () => undefined;
  await body({ mongodb, data, id, reason, restart, checkpoints });
}

async function exportedDocuments(server: Server, data: string, id: string): Promise<number> {
  const bucket = await server.project.bucket('resumed');
  await server.project.successfulExport('Live', id, bucket);
  const directory = join(data, 'buckets', 'resumed');
  const [prefix] = prefixesOf(directory);
  assert.ok(prefix !== undefined);
  return checkCompleteExport(directory, prefix);
}

test('a capture that is killed goes on behind what it had stored, at the same cluster time', LIMIT, async () => {
  await killedCapture(async ({ mongodb, data, id, reason, restart, checkpoints }) => {
    const before = requestsSince(mongodb).filter(({ name }) => name === 'getMore').length;
    mongodb.deployment.set('shop', 'few', undefined);
    mongodb.deployment.set('shop', 'many', { documents: documents(3, 'c') });
    await using server = await restart();
    const path = `/clusters/Live/backup/snapshots/${id}`;
    await server.project.waitFor(path, '/status', ['completed']);
    assert.ok(statSync(join(data, 'good-blocks')).size > 32, 'the checked blocks are remembered across starts');
    const target = `/api/longshore/v1/groups/${server.project.groupId}${path}`;
    const shown: unknown = (await server.client.send({ target })).json;
    assert.partialDeepStrictEqual(shown, { consistency: { level: 'pointInTime', reason } });

    const after = requestsSince(mongodb).filter(({ name }) => name === 'find' || name === 'getMore');
    const finds = after.filter(({ name, command }) => name === 'find' && command['singleBatch'] !== true);
    assert.deepEqual(
      finds.map(({ command }) => command['find']),
      ['many'],
    );
    assert.ok(finds[0]?.command['min'] !== undefined);
    assert.ok(
      after.length < (MANY * 1200) / (1024 * 1024) - before / 2,
      `${before} batches before, ${after.length} after`,
    );
    assert.match(server.process.stderr, /goes on where an earlier attempt ended/);
    assert.deepEqual(checkpoints(), []);
    assert.equal(await exportedDocuments(server, data, id), FEW + MANY);
  });
});

test('a capture that is killed begins again where its cluster time can no longer be read', LIMIT, async () => {
  await killedCapture(async ({ mongodb, data, id, reason, restart, checkpoints }) => {
    mongodb.deployment.advance(400);
    mongodb.deployment.set('shop', 'many', { documents: documents(3, 'c') });
    await using server = await restart();
    const path = `/clusters/Live/backup/snapshots/${id}`;
    await server.project.waitFor(path, '/status', ['completed']);
    const target = `/api/longshore/v1/groups/${server.project.groupId}${path}`;
    const shown = await server.client.send({ target });
    assert.equal(shown.string('/consistency/level'), 'pointInTime');
    assert.notEqual(shown.string('/consistency/reason'), reason);
    assert.deepEqual(checkpoints(), []);
    assert.equal(await exportedDocuments(server, data, id), FEW + 3);
  });
});
