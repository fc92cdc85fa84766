import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open as openFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { openObjectStore } from '../all.ts';
import { runObjectStoreConformance } from '../conformance.ts';
import type { ObjectStore } from '../contract.ts';

const clock = { now: () => Date.now() };
const retry = { tries: 4, firstPauseMs: 1 };

/** Makes reads and writes of files fail like those of a network file system that has lost its server. */
async function disturbableFiles() {
  let left = 0;
  const handle = await openFile(import.meta.filename);
  await handle.close();
  const calls = Object.getPrototypeOf(handle) as Pick<FileHandle, 'read' | 'write'>;
  const mocks = (['read', 'write'] as const).map((name) => {
    const real = calls[name];
    return mock.method(calls, name, function (this: FileHandle, ...given: unknown[]): unknown {
      if (left-- > 0) return Promise.reject(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' }));
      return Reflect.apply(real, this, given);
    });
  });
  return {
    disturb: (requests: number) => void (left = requests),
    restore: () => {
      for (const each of mocks) each.mock.restore();
    },
  };
}

runObjectStoreConformance({
  name: 'local',
  open: async () => {
    const directory = temporaryDirectory('store');
    const { disturb, restore } = await disturbableFiles();
    const store = await openObjectStore({ kind: 'local', directory: directory.path }, { clock, retry, create: true });
    return {
      store,
      disturb,
      close: () => {
        restore();
        directory[Symbol.dispose]();
        return Promise.resolve();
      },
    };
  },
});

const OLD_ID = '6a794342c0eb9e7a17729455';

function open(directory: string): Promise<ObjectStore> {
  return openObjectStore({ kind: 'local', directory }, { clock, create: true });
}

async function put(store: ObjectStore, key: string, text: string): Promise<void> {
  await store.put(key, [Buffer.from(text)]);
}

test('symbolic links are not followed, neither files nor folders', async () => {
  using outside = temporaryDirectory('outside');
  using directory = temporaryDirectory('store');
  writeFileSync(join(outside.path, 'secret'), 'secret');
  symlinkSync(outside.path, join(directory.path, 'folder'));
  symlinkSync(join(outside.path, 'secret'), join(directory.path, 'file'));
  const store = await open(directory.path);
  const refused = { code: 'OBJECT_STORE_SYMLINK' };
  await assert.rejects(store.get('folder/secret'), refused);
  await assert.rejects(store.get('file'), refused);
  await assert.rejects(put(store, 'folder/new', 'x'), refused);
  await assert.rejects(store.delete('folder/secret'), refused);
  const secret = { bytes: 6, sha256: createHash('sha256').update('secret').digest('hex') };
  assert.equal(await store.compare('file', secret), 'different', 'what it points to is no object of the bucket');
  await store.delete('file');
  await put(store, 'file', 'ours');
  assert.deepEqual(readdirSync(outside.path), ['secret']);
  assert.equal(Buffer.from(await store.get('file')).toString(), 'ours');
});

test('the leftovers of a killed put are never listed, and are removed when they are old', async () => {
  using directory = temporaryDirectory('store');
  const uploads = join(directory.path, '.longshore-uploads');
  mkdirSync(uploads);
  writeFileSync(join(uploads, 'old'), 'half');
  writeFileSync(join(uploads, 'fresh'), 'half');
  mkdirSync(join(uploads, OLD_ID));
  writeFileSync(join(uploads, OLD_ID, 'old'), 'half');
  const twoHoursAgo = Date.now() / 1000 - 7200;
  for (const old of ['old', join(OLD_ID, 'old'), OLD_ID]) utimesSync(join(uploads, old), twoHoursAgo, twoHoursAgo);
  const store = await openRegistered(directory.path, OLD_ID);
  for await (const { key } of store.list('')) assert.fail(`${key} was listed`);
  assert.equal(store.id, OLD_ID);
  assert.deepEqual(readdirSync(uploads, { recursive: true }).sort(), [OLD_ID, 'fresh']);
  await assert.rejects(store.get('.longshore-uploads/fresh'), { code: 'INVALID_OBJECT_KEY' });
  await assert.rejects(put(store, '.longshore-uploads', 'x'), { code: 'INVALID_OBJECT_KEY' });
});

test('whoever only reads removes nothing, and the only writer removes everything that is unfinished', async () => {
  using directory = temporaryDirectory('store');
  const bucket = { kind: 'local', directory: directory.path } as const;
  const { id = '' } = await open(directory.path);
  const folder = join(directory.path, '.longshore-uploads', id);
  const [old, fresh] = [join(folder, 'old'), join(folder, 'fresh')];
  for (const file of [old, fresh]) writeFileSync(file, 'half');
  const twoHoursAgo = Date.now() / 1000 - 7200;
  utimesSync(old, twoHoursAgo, twoHoursAgo);
  await openObjectStore(bucket, { clock });
  await openObjectStore(bucket, { clock, create: true });
  assert.deepEqual(readdirSync(folder).sort(), ['fresh', 'old']);
  await openObjectStore(bucket, { clock, create: true, isExclusive: true });
  assert.deepEqual(readdirSync(folder), []);
});

test('a put whose temporary file was removed fails with a transient error, not as a missing object', async () => {
  using directory = temporaryDirectory('store');
  const store = await open(directory.path);
  const uploads = join(directory.path, '.longshore-uploads', store.id ?? '');
  const sweep = (): void => {
    for (const name of readdirSync(uploads)) rmSync(join(uploads, name));
  };
  const swept = store.put('object', sweptAfterwards(sweep));
  await assert.rejects(swept, { code: 'OBJECT_STORE_FAILED', transient: true, message: /^writing of object "object"/ });
});

function* sweptAfterwards(sweep: () => void): Generator<Uint8Array> {
  yield Buffer.from('x');
  sweep();
}

function* failingBody(): Generator<Uint8Array> {
  yield Buffer.from('x');
  throw new Error('no more');
}

const gone = { code: 'OBJECT_STORE_GONE', transient: true };

test('a directory without a bucket is neither created nor written', async () => {
  using directory = temporaryDirectory('store');
  const missing = join(directory.path, 'missing');
  const message = `the directory ${missing} is no bucket any more: it was removed, or its file system is not mounted`;
  await assert.rejects(openObjectStore({ kind: 'local', directory: missing }, { clock }), { ...gone, message });
  assert.deepEqual(readdirSync(directory.path), []);
  const store = await openObjectStore({ kind: 'local', directory: directory.path }, { clock });
  await assert.rejects(put(store, 'folder/object', 'x'), gone);
  assert.deepEqual(readdirSync(directory.path), []);
});

test('a bucket whose directory is removed fails, and works again when the directory is back', async () => {
  using directory = temporaryDirectory('store');
  const bucket = join(directory.path, 'bucket');
  const store = await open(bucket);
  const acknowledged = await store.put('folder/object', [Buffer.from('x')]);
  renameSync(bucket, `${bucket}.away`);
  await assert.rejects(put(store, 'folder/other', 'x'), gone);
  await assert.rejects(store.compare('folder/object', acknowledged), gone);
  assert.deepEqual(readdirSync(directory.path), ['bucket.away'], 'it is not made anew');

  // An unmounted file system leaves an empty directory.
  mkdirSync(bucket);
  await assert.rejects(put(store, 'folder/other', 'x'), gone);
  await assert.rejects(store.compare('folder/object', acknowledged), gone);
  assert.deepEqual(readdirSync(bucket), []);

  rmdirSync(bucket);
  renameSync(`${bucket}.away`, bucket);
  assert.equal(await store.compare('folder/object', acknowledged), 'same');
  await put(store, 'folder/other', 'x');
});

function openRegistered(directory: string, id: string | undefined): Promise<ObjectStore> {
  return openObjectStore({ kind: 'local', directory }, { clock, registered: { id } });
}

test('another bucket that is mounted in its place is refused, with both ids, and left as it is', async () => {
  using directory = temporaryDirectory('store');
  const bucket = join(directory.path, 'bucket');
  const store = await open(bucket);
  const acknowledged = await store.put('folder/object', [Buffer.from('x')]);
  renameSync(bucket, `${bucket}.away`);
  const other = await open(bucket);
  const before = readdirSync(bucket, { recursive: true });
  const foreign = {
    code: 'OBJECT_STORE_FOREIGN',
    transient: true,
    message:
      `the directory ${bucket} is another bucket: the one that was registered has the id ${store.id}, ` +
      `and this one has the id ${other.id}`,
  };
  await assert.rejects(put(store, 'folder/other', 'x'), foreign);
  await assert.rejects(store.compare('folder/object', acknowledged), foreign);
  await assert.rejects(openRegistered(bucket, store.id), foreign);
  assert.deepEqual(readdirSync(bucket, { recursive: true }), before);

  rmSync(bucket, { recursive: true });
  await assert.rejects(openRegistered(bucket, store.id), gone);
  mkdirSync(bucket);
  await assert.rejects(openRegistered(bucket, store.id), gone);
  rmdirSync(bucket);
  renameSync(`${bucket}.away`, bucket);
  const back = await openRegistered(bucket, store.id);
  assert.equal(back.id, store.id);
  await put(back, 'folder/other', 'x');
});

test('a bucket whose id is known is not looked up, and a put proves the id', async () => {
  using directory = temporaryDirectory('store');
  const bucket = join(directory.path, 'bucket');
  const { id: knownId } = await open(bucket);
  assert.ok(knownId !== undefined);
  const config = { kind: 'local', directory: bucket } as const;
  const known = async () => await openObjectStore(config, { clock, knownId });
  await put(await known(), 'object', 'x');
  renameSync(bucket, `${bucket}.away`);
  await assert.rejects(put(await known(), 'object', 'x'), gone);
  assert.deepEqual(readdirSync(directory.path), ['bucket.away'], 'it is not made anew');
  await open(bucket);
  await assert.rejects(put(await known(), 'object', 'x'), { code: 'OBJECT_STORE_FOREIGN' });
  assert.deepEqual(readdirSync(bucket), ['.longshore-uploads']);
});

test('a bucket that is older than ids gets one when it is opened as registered, and is only read otherwise', async () => {
  using directory = temporaryDirectory('store');
  const uploads = join(directory.path, '.longshore-uploads');
  mkdirSync(uploads);
  const reader = await openObjectStore({ kind: 'local', directory: directory.path }, { clock });
  assert.deepEqual([reader.id, readdirSync(uploads)], [undefined, []]);
  await assert.rejects(openRegistered(directory.path, OLD_ID), {
    code: 'OBJECT_STORE_FOREIGN',
    message: /and this one has no id$/,
  });
  const first = await openRegistered(directory.path, undefined);
  assert.deepEqual(readdirSync(uploads), [first.id]);
  assert.equal((await openRegistered(directory.path, undefined)).id, first.id);
  assert.equal((await open(directory.path)).id, first.id, 'also when it is registered again');
  await put(first, 'object', 'x');
});

test('a bucket that is removed during a put has another error than a removed temporary file', async () => {
  using directory = temporaryDirectory('store');
  const bucket = join(directory.path, 'bucket');
  const store = await open(bucket);
  await assert.rejects(
    store.put(
      'object',
      sweptAfterwards(() => rmSync(bucket, { recursive: true })),
    ),
    gone,
  );
  assert.deepEqual(readdirSync(directory.path), []);
});

test('creating an existing bucket changes nothing', async () => {
  using directory = temporaryDirectory('store');
  await put(await open(directory.path), 'object', 'x');
  const store = await open(directory.path);
  assert.equal(Buffer.from(await store.get('object')).toString(), 'x');
});

test('a failed put leaves nothing behind', async () => {
  using directory = temporaryDirectory('store');
  const store = await open(directory.path);
  await assert.rejects(store.put('object', failingBody()), /no more/);
  assert.deepEqual(readdirSync(join(directory.path, '.longshore-uploads', store.id ?? '')), []);
});

test('a write that failed with EIO is not retried, because the next fsync may hide lost data', async () => {
  using directory = temporaryDirectory('store');
  const store = await open(directory.path);
  const handle = await openFile(import.meta.filename);
  await handle.close();
  const failure = Object.assign(new Error('i/o error'), { code: 'EIO' });
  const write = mock.method(Object.getPrototypeOf(handle) as FileHandle, 'write', () => Promise.reject(failure));
  try {
    await assert.rejects(put(store, 'object', 'x'), { code: 'OBJECT_STORE_FAILED', transient: true, cause: failure });
    assert.equal(write.mock.callCount(), 1);
  } finally {
    write.mock.restore();
  }
});

test('names that the file system does not allow are refused with the reason', async () => {
  using directory = temporaryDirectory('store');
  const store = await open(directory.path);
  await assert.rejects(put(store, `folder/${'x'.repeat(256)}`, 'x'), { code: 'OBJECT_KEY_TOO_LONG', transient: false });
  await put(store, 'a/b', 'x');
  await assert.rejects(put(store, 'a', 'x'), { code: 'OBJECT_KEY_CONFLICT', transient: false });
  await assert.rejects(put(store, 'a/b/c', 'x'), { code: 'OBJECT_KEY_CONFLICT', transient: false });
  assert.equal(Buffer.from(await store.get('a/b')).toString(), 'x');
});

test('the error names a directory that cannot be created', async () => {
  using directory = temporaryDirectory('store');
  writeFileSync(join(directory.path, 'file'), '');
  for (const path of [join(directory.path, 'file'), join(directory.path, 'file', 'bucket')]) {
    await assert.rejects(open(path), {
      code: 'OBJECT_STORE_NO_DIRECTORY',
      message: `opening the bucket ${path} failed: it, or what it is in, is no directory`,
    });
  }
});

test('a conditional put shows nothing before the whole object, because a kill would leave it behind', async () => {
  using directory = temporaryDirectory('store');
  const bucket = join(directory.path, 'bucket');
  const store = await open(bucket);
  for (let number = 0; number < 100; number++) {
    const key = `claim-${number}`;
    const seen = new Set<number>();
    const state: { isDone: boolean } = { isDone: false };
    const putting = store.put(key, [Buffer.from('mine')], { ifAbsent: true, durable: false });
    void putting.finally(() => (state.isDone = true));
    while (!state.isDone) {
      seen.add(statSync(join(bucket, key), { throwIfNoEntry: false })?.size ?? 4);
      await turn();
    }
    await putting;
    assert.deepEqual([...seen], [4]);
  }
});
