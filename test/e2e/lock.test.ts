import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { initialize, longshore, serve } from '../support/longshore.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('a second serve on the same data directory is refused, and the first goes on', async () => {
  using directory = temporaryDirectory('lock');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  await using first = await serve(data, directory.path, initial);
  const bucket = await first.project.bucket('before', initial.roleId);

  const options = { home: directory.path, timeoutMs: 20_000 };
  for (const command of [
    ['serve', '--port', '0'],
    ['init', '--json'],
  ]) {
    const second = await longshore([...command, '--data-dir', data], options);
    assert.notEqual(second.code, 0, `${command.join(' ')} was let in`);
    assert.equal(second.signal, null);
    assert.match(second.stderr, /in use|another|already/i);
    assert.match(second.stderr, new RegExp(data), 'the message names the directory');
    assert.doesNotMatch(second.stderr, /\n\s+at /, 'a message, not a stack trace');
  }

  assert.equal((await first.project.send('GET', `/backup/exportBuckets/${bucket}`)).string('/_id'), bucket);
  await first.project.bucket('after', initial.roleId);
});

test('the lock goes with its holder, also when that is killed', async () => {
  using directory = temporaryDirectory('lock');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  await using first = await serve(data, directory.path, initial);
  await first.process.end('SIGKILL');
  await using second = await serve(data, directory.path, initial);
  assert.deepEqual((await second.project.send('GET', '/backup/exportBuckets')).list('/results'), []);
});

test('serve ends cleanly on SIGTERM and SIGINT', async () => {
  using directory = temporaryDirectory('signals');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    await using server = await serve(data, directory.path, initial);
    const { code, stderr } = await server.process.end(signal);
    assert.equal(code, 0, `${signal}: ${stderr}`);
  }
});
