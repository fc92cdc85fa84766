import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { serialize } from 'bson';
import { checkCompleteExport, prefixesOf } from '../support/exported.ts';
import { initialize, longshore, serve, type Finished } from '../support/longshore.ts';
import { startScriptedMongodb, type Script, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const LIMIT = { timeout: 120_000 };
const numbers = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => serialize({ _id: index, text: 'x'.repeat(100) }));
const DATABASES = { shop: { orders: { documents: numbers(3000) }, parts: { documents: numbers(500) } } };
const AT_ONE_TIME = /^All collections were read at the cluster time 2026-08-10T\d\d:\d\d:\d\dZ \(\d+, \d+\)\.$/;

/** A server that has a scripted replica set registered. */
async function withReplicaSet(
  choices: readonly string[],
  body: (context: {
    readonly mongodb: ScriptedMongodb;
    readonly data: string;
    readonly added: Finished;
    readonly cli: (...commandArguments: string[]) => Promise<Finished>;
    readonly get: (rest: string) => Promise<string>;
    readonly log: () => string;
  }) => Promise<void>,
): Promise<void> {
  using directory = temporaryDirectory('cluster-time');
  const home = directory.path;
  const data = join(home, 'data');
  await using mongodb = await startScriptedMongodb({
    topology: 'replicaSet',
    databases: DATABASES,
    batchBytes: 20_000,
    historyWindowSeconds: 60,
  });
  const initial = await initialize(data, home);
  await using server = await serve(data, home, initial, ['--log-level', 'info']);
  const env = { URI: `${mongodb.uri}&compressors=snappy,zstd` };
  const cli = (...each: string[]) => longshore([...each, '--data-dir', data], { home, env });
  const added = await cli('cluster', 'add', 'Live', '--mongodb-uri-env', 'URI', ...choices);
  assert.equal(added.code, 0, added.stderr);
  const snapshots = `/api/longshore/v1/groups/${initial.groupId}/clusters/Live/backup/snapshots`;
  const get = async (rest: string) => (await server.client.send({ target: `${snapshots}${rest}` })).text;
  await body({ mongodb, data, added, cli, get, log: () => server.process.stdout + server.process.stderr });
}

function idIn({ stdout, stderr }: Finished, pattern: RegExp): string {
  return pattern.exec(stdout)?.[1] ?? assert.fail(`${stdout}\n${stderr}`);
}

/** Answers once, when a command of that name comes for the given time, by doing something and then as it would have. */
function beforeThe(time: number, name: string, act: () => void): Script {
  let seen = 0;
  return (request) => {
    if (request.name === name && ++seen === time) act();
    return undefined;
  };
}

test(
  'a replica set that is written to is captured at one cluster time, which CLI, API and manifest name',
  LIMIT,
  async () => {
    await withReplicaSet([], async ({ mongodb, data, added, cli, get }) => {
      assert.match(added.stdout, /^Warning: The compressor snappy is not available, .* with zstd\.$/m);
      assert.match(added.stdout, /^Consistency: pointInTime\. All collections were read at the cluster time .*\)\.$/m);
      mongodb.deployment.script = beforeThe(3, 'getMore', () => {
        for (const name of ['orders', 'parts']) mongodb.deployment.set('shop', name, { documents: numbers(7) });
      });

      const taken = await cli('snapshot', 'create', 'Live', '--watch');
      const id = idIn(taken, /^Snapshot ([0-9a-f]{24}) of Live: completed/);
      const reason = idIn(taken, /^Consistency: pointInTime\. (.*)$/m);
      assert.match(reason, AT_ONE_TIME);
      const shown: unknown = JSON.parse(await get(`/${id}`));
      const consistency = { level: 'pointInTime', reason };
      assert.partialDeepStrictEqual(shown, { status: 'completed', consistency });

      const bucket = idIn(await cli('bucket', 'create', 'live-exports'), /id ([0-9a-f]{24})/);
      const exported = await cli('export', 'create', 'Live', '--snapshot', id, '--bucket', bucket, '--watch');
      assert.equal(exported.code, 0, exported.stderr);
      const directory = join(data, 'buckets', 'live-exports');
      const verified = await longshore(['export', 'verify', directory], { home: data });
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
      const [prefix] = prefixesOf(directory);
      assert.ok(prefix !== undefined);
      assert.equal(checkCompleteExport(directory, prefix), 3500);
      const manifest: unknown = JSON.parse(readFileSync(join(directory, prefix, '.manifest.json'), 'utf8'));
      assert.partialDeepStrictEqual(manifest, { consistency });
      assert.equal(mongodb.openCursors(), 0);
    });
  },
);

test('a history that ends too soon fails the snapshot at once, and it says what to raise', LIMIT, async () => {
  await withReplicaSet([], async ({ mongodb, cli, get, log }) => {
    mongodb.deployment.script = beforeThe(3, 'getMore', () => mongodb.deployment.advance(61));
    const failed = await cli('snapshot', 'create', 'Live', '--watch');
    assert.notEqual(failed.code, 0);
    assert.match(failed.stderr, /minSnapshotHistoryWindowInSeconds, 60 s.*fall back/s);
    const id = idIn(failed, /^Snapshot ([0-9a-f]{24}) of Live: failed/);
    const shown: unknown = JSON.parse(await get(`/${id}`));
    assert.partialDeepStrictEqual(shown, { status: 'failed', failure: { errorCode: 'SNAPSHOT_HISTORY_ENDED' } });
    assert.doesNotMatch(log(), /made again later/);
  });
});

test('where the operator chose to fall back, the snapshot says in every place that it did', LIMIT, async () => {
  await withReplicaSet(['--when-history-ends', 'fall-back'], async ({ mongodb, cli, get, log }) => {
    mongodb.deployment.script = beforeThe(3, 'getMore', () => mongodb.deployment.advance(61));
    const taken = await cli('snapshot', 'create', 'Live', '--watch');
    const id = idIn(taken, /^Snapshot ([0-9a-f]{24}) of Live: completed/);
    const reason = idIn(taken, /^Consistency: perCollection\. (.*)$/m);
    assert.match(
      reason,
      /longer than the 60 s of history .* from shop\.orders on, each collection was read at a cluster time/,
    );
    const shown: unknown = JSON.parse(await get(`/${id}`));
    assert.partialDeepStrictEqual(shown, { consistency: { level: 'perCollection', reason } });
    assert.match(log(), /perCollection.*lost its consistency/);
  });
});
