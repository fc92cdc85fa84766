import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { archiveOfDatabases } from '../../../../../test/support/mongodump-archive.ts';
import { SMALL_DEPLOYMENT } from '../../../../../test/support/mongodump.ts';
import { temporaryDirectory } from '../../../../../test/support/temporary-directory.ts';
import { ArchiveUploads } from './uploads.ts';

const ARCHIVE = archiveOfDatabases(SMALL_DEPLOYMENT);

async function* piecesOf(bytes: Uint8Array, failure?: Error): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.byteLength; at += 1000) {
    await Promise.resolve();
    yield Uint8Array.from(bytes.subarray(at, at + 1000));
  }
  if (failure !== undefined) throw failure;
}

for (const [what, bytes] of [
  ['an archive', ARCHIVE],
  ['a zipped archive', gzipSync(ARCHIVE)],
] as const) {
  test(`${what} is kept as it came, for its owner alone`, async () => {
    using directory = temporaryDirectory('uploads');
    const uploads = new ArchiveUploads(directory.path);
    await uploads.receive('one', piecesOf(bytes));
    assert.ok(bytes.equals(readFileSync(uploads.fileOf('one'))));
    assert.equal(statSync(uploads.fileOf('one')).mode & 0o077, 0);
    assert.equal(readdirSync(directory.path).length, 1);
    await uploads.remove('one');
    await uploads.remove('one');
    assert.deepEqual(readdirSync(directory.path), []);
  });
}

test('an archive is synced before it gets its name, and the directory after that', async () => {
  using directory = temporaryDirectory('uploads');
  const uploads = new ArchiveUploads(directory.path);
  const handle = await open(import.meta.filename);
  await handle.close();
  const hadName: boolean[] = [];
  const calls = Object.getPrototypeOf(handle) as Pick<FileHandle, 'sync'>;
  const { sync } = calls;
  const synced = mock.method(calls, 'sync', function (this: FileHandle) {
    hadName.push(existsSync(uploads.fileOf('one')));
    return Reflect.apply(sync, this, []);
  });
  try {
    await uploads.receive('one', piecesOf(ARCHIVE));
  } finally {
    synced.mock.restore();
  }
  assert.deepEqual(hadName, [false, true]);
});

const broken: readonly [string, Uint8Array, RegExp][] = [
  ['nothing', Buffer.of(), /^the archive is not what mongodump --archive writes/],
  ['a part', ARCHIVE.subarray(0, -1), /^the archive ends at byte \d+/],
  ['a part of a zipped archive', gzipSync(ARCHIVE).subarray(0, -9), /^the archive is not a complete gzip file/],
  ['an archive and more', Buffer.concat([ARCHIVE, Buffer.of(1)]), /^the archive ends at byte \d+/],
];
for (const [what, bytes, message] of broken) {
  test(`${what} is not kept`, async () => {
    using directory = temporaryDirectory('uploads');
    const receiving = new ArchiveUploads(directory.path).receive('one', piecesOf(bytes));
    await assert.rejects(receiving, { code: 'INVALID_DUMP', message });
    assert.deepEqual(readdirSync(directory.path), []);
  });
}

test('a client that goes away leaves nothing', async () => {
  using directory = temporaryDirectory('uploads');
  const gone = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  const receiving = new ArchiveUploads(directory.path).receive('one', piecesOf(ARCHIVE.subarray(0, 3000), gone));
  await assert.rejects(receiving, gone);
  assert.deepEqual(readdirSync(directory.path), []);
});

test('a full disk is named, and leaves nothing', async () => {
  using directory = temporaryDirectory('uploads');
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const receiving = new ArchiveUploads(directory.path).receive('one', piecesOf(ARCHIVE.subarray(0, 3000), full));
  await assert.rejects(receiving, { code: 'SPOOL_FULL', transient: true });
  assert.deepEqual(readdirSync(directory.path), []);
});

test('what nothing waits for is removed', async () => {
  using directory = temporaryDirectory('uploads');
  const uploads = new ArchiveUploads(directory.path);
  for (const id of ['one', 'two']) await uploads.receive(id, piecesOf(ARCHIVE));
  writeFileSync(join(directory.path, 'three.archive.partial'), 'x');
  await uploads.removeAllBut(['two', 'three']);
  assert.deepEqual(readdirSync(directory.path), ['two.archive']);
});
