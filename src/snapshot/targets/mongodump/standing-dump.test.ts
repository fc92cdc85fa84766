import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SMALL_DEPLOYMENT, writeMongodump } from '../../../../test/support/mongodump.ts';
import { temporaryDirectory } from '../../../../test/support/temporary-directory.ts';
import { openMongodumpSource, type SourceCollection } from '../../sources/index.ts';
import { openStandingDump } from './standing-dump.ts';

const { signal } = new AbortController();

function filesOf(directory: string): ReadonlyMap<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path, readFileSync(path, 'hex')]));
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Uint8Array[] = [];
  for await (const piece of pieces) copies.push(Uint8Array.from(piece));
  return Buffer.concat(copies);
}

test('a standing dump reads back what it holds, whatever is written', async () => {
  using directory = temporaryDirectory('standing-dump');
  writeMongodump(directory.path, SMALL_DEPLOYMENT);
  const before = filesOf(directory.path);
  const target = await openStandingDump(directory.path);
  const source = await openMongodumpSource(directory.path);
  const found = source.collections.find(({ type }) => type === 'collection');
  assert.ok(found);
  const held = await bytesOf(found.documents(signal));
  assert.deepEqual(await target.inspect([found], signal), []);
  await target.drop(found, signal);
  await target.createCollection(found, signal);
  const other = Uint8Array.of(5, 0, 0, 0, 0);
  assert.deepEqual(await target.writeBlock(found, other, signal), { inserted: 0, present: 1 });
  await target.createIndexes(found, signal);
  assert.deepEqual(await bytesOf(target.readBack?.(found, signal) ?? assert.fail()), held);
  await target.finish(signal);
  await target.close();
  assert.deepEqual(filesOf(directory.path), before);
});

test('a collection that a standing dump lacks is refused, and so is one of another type', async () => {
  using directory = temporaryDirectory('standing-dump');
  writeMongodump(directory.path, SMALL_DEPLOYMENT);
  const target = await openStandingDump(directory.path);
  const { collections } = await openMongodumpSource(directory.path);
  const some = collections.find(({ type }) => type === 'collection');
  assert.ok(some);
  const refused = { code: 'RESTORE_COLLECTION_DIFFERS', message: /is not in the dump/ };
  const absent: SourceCollection = { ...some, name: 'absent' };
  await assert.rejects(target.createCollection(absent, signal), refused);
  await assert.rejects(target.createView({ ...some, type: 'view' }, signal), refused);
  await target.close();
});
