import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { AppError } from '../kernel/errors.ts';
import { loadEncryptionKey } from './encryption-key.ts';

function dataDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'longshore-key-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('a new data directory gets a key of its own, readable by its owner only, and keeps it', (t) => {
  const dataDir = dataDirectory(t);
  const key = loadEncryptionKey({ dataDir, given: undefined, isNew: true });
  assert.equal(key.length, 32);
  assert.equal(statSync(join(dataDir, 'encryption.key')).mode & 0o777, 0o600);
  assert.deepEqual(loadEncryptionKey({ dataDir, given: undefined, isNew: false }), key);
  assert.notDeepEqual(loadEncryptionKey({ dataDir: dataDirectory(t), given: undefined, isNew: true }), key);
});

test('a key from the environment is used, and none is written', (t) => {
  const dataDir = dataDirectory(t);
  const given = Buffer.alloc(32, 7).toString('base64');
  assert.deepEqual(
    [...loadEncryptionKey({ dataDir, given, isNew: true })],
    Array.from({ length: 32 }, () => 7),
  );
  assert.throws(() => statSync(join(dataDir, 'encryption.key')));
});

test('a lost key is not silently replaced', (t) => {
  const dataDir = dataDirectory(t);
  assert.throws(() => loadEncryptionKey({ dataDir, given: undefined, isNew: false }), {
    code: 'ENCRYPTION_KEY_MISSING',
  });
});

test('a key file that others may open is refused', (t) => {
  const dataDir = dataDirectory(t);
  loadEncryptionKey({ dataDir, given: undefined, isNew: true });
  for (const mode of [0o640, 0o604, 0o610]) {
    chmodSync(join(dataDir, 'encryption.key'), mode);
    assert.throws(() => loadEncryptionKey({ dataDir, given: undefined, isNew: false }), { code: 'FILE_NOT_PRIVATE' });
  }
});

test('a key that is not 32 bytes in base64 is refused without being repeated', (t) => {
  const dataDir = dataDirectory(t);
  for (const given of ['', 'hunter2', Buffer.alloc(31).toString('base64'), `${Buffer.alloc(32).toString('base64')}!`]) {
    assert.throws(
      () => loadEncryptionKey({ dataDir, given, isNew: true }),
      (error: unknown) => {
        assert.ok(error instanceof Error && !error.message.includes('hunter2'));
        return 'code' in error && error.code === 'INVALID_ENCRYPTION_KEY';
      },
    );
  }
});

test('a damaged key of data that exist is to be put back, because a new one opens nothing', (t) => {
  const dataDir = dataDirectory(t);
  writeFileSync(join(dataDir, 'encryption.key'), 'cut of', { mode: 0o600 });
  for (const given of [undefined, 'cut of']) {
    assert.throws(
      () => loadEncryptionKey({ dataDir, given, isNew: false }),
      (error: unknown) =>
        error instanceof AppError &&
        error.code === 'INVALID_ENCRYPTION_KEY' &&
        /^(Put the file back|Give the key that this data directory was made with)/.test(error.hint ?? ''),
    );
  }
});
