import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { longshore, startLongshore } from '../support/longshore.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// One shot: a snapshot and its export in one process, without a server.

const DUMP = fileURLToPath(new URL('../../sample/dump', import.meta.url));

function placesIn(home: string) {
  const tmp = join(home, 'tmp');
  mkdirSync(tmp);
  return { tmp, to: join(home, 'bucket'), options: { home, env: { TMPDIR: tmp } } };
}

test('run exports a dump in one process, and leaves nothing but the export', async () => {
  using directory = temporaryDirectory('run');
  const { tmp, to, options } = placesIn(directory.path);
  const run = await longshore(['run', '--mongodump', DUMP, '--to', to], options);
  assert.deepEqual([run.code, run.signal], [0, null], run.stderr);
  assert.match(
    run.stdout,
    /\nExport \w{24} of Cluster0: Successful, 17 objects, 6,364 documents, .*\n.*\nExported Cluster0 to /,
  );
  assert.deepEqual(readdirSync(tmp), []);
  assert.equal((await longshore(['export', 'verify', to], options)).code, 0);
});

test('run on a data directory stores only what is new, and fails with the cause where the bucket cannot be written', async () => {
  using directory = temporaryDirectory('run');
  const { to, options } = placesIn(directory.path);
  const argv = ['run', '--mongodump', DUMP, '--data-dir', join(directory.path, 'data'), '--json'];
  const stored: unknown[] = [];
  while (stored.length < 2) {
    const run = await longshore([...argv, '--to', to], options);
    assert.equal(run.code, 0, run.stderr);
    const { snapshot } = JSON.parse(run.stdout) as { snapshot: { progress: { newStoredBytes: number } } };
    stored.push(snapshot.progress.newStoredBytes);
  }
  assert.deepEqual(stored, [599_014, 0]);
  const file = join(directory.path, 'file');
  writeFileSync(file, '');
  const failed = await longshore([...argv, '--to', file], options);
  assert.equal(failed.code, 4);
  assert.match(failed.stderr, /file/);
});

test('run that is ended by SIGTERM ends with 130, and leaves no temporary directory', async () => {
  using directory = temporaryDirectory('run');
  const { tmp, to, options } = placesIn(directory.path);
  const run = startLongshore(['run', '--mongodump', DUMP, '--to', to], options);
  await run.output(/snapshot: /);
  const ended = await run.end('SIGTERM');
  assert.equal(ended.code, 130, ended.stderr);
  assert.match(ended.stderr, /stopped by SIGTERM/);
  assert.deepEqual(readdirSync(tmp), []);
});

test('run reads a connection string from a variable, and shows its password nowhere', async () => {
  using directory = temporaryDirectory('run');
  const { to, options } = placesIn(directory.path);
  const env = { ...options.env, MY_URI: 'mongodb://root:hunter2@127.0.0.1:1/?serverSelectionTimeoutMS=200' };
  const run = await longshore(['run', '--mongodb-uri-env', 'MY_URI', '--to', to], { ...options, env });
  assert.equal(run.code, 4);
  assert.match(run.stderr, /127\.0\.0\.1:1/);
  assert.doesNotMatch(run.stdout + run.stderr, /hunter2/);
});
