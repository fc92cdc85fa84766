import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Running, initialize, serve } from '../support/longshore.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'longshore.js');

/** A Node.js of this machine that is too old for the sources. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((directory) => join(directory, 'node'))
  .filter((file) => existsSync(file))
  .find((file) => Number(/^v(\d+)/.exec(spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) < 22);
const old = oldNode ?? '';
const hasProc = skipUnless('/proc', process.platform === 'linux');
const needsOld = skipUnless('old-node', oldNode !== undefined);

test('an old Node.js hands over: arguments, output and exit code are those of the program', needsOld, async () => {
  using directory = temporaryDirectory('launcher');
  const start = (...commandArguments: string[]) =>
    new Running(old, [PROGRAM, ...commandArguments], { home: directory.path }).finished();
  const version = await start('--version');
  assert.deepEqual([version.code, version.stderr], [0, '']);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  const failed = await start('status', '--data-dir', join(directory.path, 'nowhere'));
  assert.equal(failed.code, 2);
  assert.match(failed.stderr, /profile/);
});

test('the server begins with the settings of the allocator and of the heap', hasProc, async () => {
  using directory = temporaryDirectory('launcher');
  const data = join(directory.path, 'data');
  await using server = await serve(data, directory.path, await initialize(data, directory.path));
  const read = (name: string) => readFileSync(`/proc/${server.process.pid}/${name}`, 'utf8').split('\0');
  assert.ok(read('cmdline').includes('--min-semi-space-size=4'));
  assert.ok(read('environ').includes('MALLOC_ARENA_MAX=2'));
});

test('signals reach a server behind the launcher, and killing the launcher ends the server', needsOld, async () => {
  using directory = temporaryDirectory('launcher');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  const start = async () => {
    const running = new Running(old, [PROGRAM, 'serve', '--data-dir', data, '--port', '0'], { home: directory.path });
    const [url] = await running.output(/http:\/\/127\.0\.0\.1:[1-9]\d*/);
    return { running, url };
  };
  const first = await start();
  assert.equal((await first.running.end('SIGTERM')).code, 0);

  const second = await start();
  second.running.child.kill('SIGKILL');
  for (
    let tries = 0;
    tries < 100 &&
    (await fetch(second.url).then(
      () => true,
      () => false,
    ));
    tries++
  )
    await sleep(50);
  await using third = await serve(data, directory.path, initial);
  assert.deepEqual((await third.project.send('GET', '/backup/exportBuckets')).list('/results'), []);
});
