import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { lockDataDirectory } from './data-directory-lock.ts';

const MODULE = new URL('./data-directory-lock.ts', import.meta.url).href;

describe('data directory lock', () => {
  let parent: string;
  let directory: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'longshore-lock-'));
    directory = join(parent, 'data');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  async function otherProcessTakesTheLock(): Promise<ChildProcess> {
    const script = `
      const { lockDataDirectory } = await import(${JSON.stringify(MODULE)});
      lockDataDirectory(${JSON.stringify(directory)});
      for (let n = 0; n < 10; n++) {
        await new Promise((resolve) => setImmediate(resolve));
        globalThis.gc();
      }
      console.log('locked');
      setInterval(() => {}, 1000);
    `;
    const other = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    return other;
  }

  test('makes the directory for its owner alone, and gives the lock back', () => {
    lockDataDirectory(directory).release();
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    lockDataDirectory(directory).release();
  });

  test('makes its files for the owner alone, and takes the rights of others from the file of an earlier version', () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'lock.sqlite'), '', { mode: 0o644 });
    const lock = lockDataDirectory(directory);
    const modes = readdirSync(directory).map((name) => [name, statSync(join(directory, name)).mode & 0o777]);
    lock.release();
    assert.deepEqual(
      modes,
      modes.map(([name]) => [name, 0o600]),
    );
  });

  test('refuses a second lock, with the directory in the message', () => {
    const lock = lockDataDirectory(directory);
    assert.throws(
      () => lockDataDirectory(directory),
      (thrown) =>
        thrown instanceof Error &&
        'code' in thrown &&
        thrown.code === 'DATA_DIRECTORY_IN_USE' &&
        thrown.message.includes(directory),
    );
    lock.release();
  });

  test('keeps another process out until that one is killed', async () => {
    const other = await otherProcessTakesTheLock();
    try {
      assert.throws(() => lockDataDirectory(directory), { code: 'DATA_DIRECTORY_IN_USE' });
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
    lockDataDirectory(directory).release();
  });

  test('says why a directory cannot be used', () => {
    writeFileSync(directory, 'a file in its place');
    assert.throws(() => lockDataDirectory(directory), { code: 'DATA_DIRECTORY_UNUSABLE' });
  });
});
