import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { codeOf } from './errors.ts';
import { makeDirectorySync } from './make-directory.ts';

test('makes the missing directories with the mode, and leaves an existing one as it is', (t) => {
  const top = mkdtempSync(join(tmpdir(), 'longshore-make-directory-'));
  t.after(() => rmSync(top, { recursive: true }));
  const directory = join(top, 'a', 'b');
  makeDirectorySync(directory, 0o700);
  makeDirectorySync(directory, 0o755);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(join(top, 'a')).mode & 0o777, 0o700);
  const file = join(top, 'file');
  writeFileSync(file, '');
  assert.throws(
    () => makeDirectorySync(join(file, 'below', 'it'), 0o700),
    (thrown) => codeOf(thrown) === 'ENOTDIR',
  );
});

test('fails where the system makes no directories', { skip: process.platform !== 'linux' }, () => {
  for (const directory of ['/proc/longshore', '/proc/longshore/data']) {
    assert.throws(
      () => makeDirectorySync(directory, 0o700),
      (thrown) => codeOf(thrown) === 'ENOENT',
    );
  }
});
