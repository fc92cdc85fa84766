import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

const MODULE = new URL('./temporary-directory.ts', import.meta.url).href;

/** Lets `tmpdir()` be a directory of the test. */
function emptyTmpdir(t: TestContext): string {
  const directory = temporaryDirectory('tmpdir');
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = directory.path;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    directory[Symbol.dispose]();
  });
  return directory.path;
}

test('a directory is empty, for its owner only, and removed with all that is in it', (t) => {
  const parent = emptyTmpdir(t);
  const directory = makeTemporaryDirectory('run');
  assert.deepEqual(readdirSync(directory.path), []);
  writeFileSync(join(directory.path, 'file'), '');
  directory.remove();
  assert.deepEqual(readdirSync(parent), []);
});

test('the directory of a command that was killed is removed by the next one, and that of a living one is not', async (t) => {
  const parent = emptyTmpdir(t);
  const script = `
    const { makeTemporaryDirectory } = await import(${JSON.stringify(MODULE)});
    console.log(makeTemporaryDirectory('restore').path);
    setInterval(() => {}, 1000);
  `;
  const other = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: unknown[] = await once(other.stdout, 'data');
  const path = String(told[0]).trim();
  const [first, second] = [makeTemporaryDirectory('demo'), makeTemporaryDirectory('demo')];
  assert.ok(existsSync(path) && existsSync(first.path) && existsSync(second.path));
  other.kill('SIGKILL');
  await once(other, 'exit');
  const next = `(await import(${JSON.stringify(MODULE)})).makeTemporaryDirectory('run').remove()`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', next]);
  assert.ok(!existsSync(path) && existsSync(first.path) && existsSync(second.path));
  first.remove();
  second.remove();
  assert.deepEqual(readdirSync(parent), []);
});

test('what is not certainly left over stays: without a lock file, under another name, open to others, or behind a link', (t) => {
  const parent = emptyTmpdir(t);
  const make = (name: string, files: readonly string[]): string => {
    const path = join(parent, name);
    mkdirSync(path, { mode: 0o700 });
    for (const file of files) writeFileSync(join(path, file), '');
    return path;
  };
  make('longshore-run-abcdef', ['lock.sqlite']);
  make('longshore-other-abcdef', ['owner.lock']);
  chmodSync(make('longshore-run-opened', ['owner.lock']), 0o755);
  symlinkSync(make('elsewhere', ['owner.lock']), join(parent, 'longshore-demo-linked'));
  const gone = make('longshore-run-killed', ['owner.lock']);
  const before = readdirSync(parent).toSorted();
  makeTemporaryDirectory('run').remove();
  assert.ok(!existsSync(gone));
  assert.deepEqual(
    readdirSync(parent).toSorted(),
    before.filter((name) => name !== 'longshore-run-killed'),
  );
});
