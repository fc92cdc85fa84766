import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { temporaryDirectory } from '../temporary-directory.ts';
import { findRealMongodb, startMongod } from './real.ts';

const STAND_IN = join(import.meta.dirname, 'stand-in-mongod.ts');

/** A program of that name in the directory. */
function program(directory: string, name: string, script: string): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test('a URI is taken before a program, and that before the PATH; without any there is none', () => {
  using directory = temporaryDirectory('mongod');
  const PATH = directory.path;
  assert.equal(findRealMongodb({ PATH }), undefined);
  assert.equal(findRealMongodb({ PATH, MONGODB_URI: '', MONGOD_BIN: '' }), undefined);
  program(directory.path, 'mongod', 'exit 0');
  assert.deepEqual(findRealMongodb({ PATH }), { program: 'mongod' });
  assert.deepEqual(findRealMongodb({ PATH, MONGOD_BIN: '/opt/mongod' }), { program: '/opt/mongod' });
  const MONGODB_URI = 'mongodb://127.0.0.1/';
  assert.deepEqual(findRealMongodb({ PATH, MONGOD_BIN: '/opt/mongod', MONGODB_URI }), { uri: MONGODB_URI });
});

test('a mongod is started, initiated, waited for until it is the primary, and ended', async () => {
  using directory = temporaryDirectory('mongod');
  const mongod = program(directory.path, 'mongod', `exec "${process.execPath}" "${STAND_IN}" "$@"`);
  const started = await startMongod(mongod);
  const { uri } = started;
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2000 });
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    assert.equal(hello['setName'], 'rs0');
    assert.equal(hello['isWritablePrimary'], true);
  } finally {
    await client.close();
    await started.stop();
  }
  const gone = new MongoClient(uri, { serverSelectionTimeoutMS: 200 });
  await assert.rejects(gone.connect());
  await gone.close();
});

test('a mongod that ends at its start is an error that names it', async () => {
  using directory = temporaryDirectory('mongod');
  const mongod = program(directory.path, 'mongod', 'exit 1');
  await assert.rejects(startMongod(mongod), /mongod ended at its start/);
});
