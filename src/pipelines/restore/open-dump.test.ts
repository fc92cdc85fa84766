import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { openDump } from './open-dump.ts';

test('a link that leads nowhere is left out of a dump, as other foreign files are', async () => {
  using directory = temporaryDirectory('dump');
  const dump = directory.path;
  mkdirSync(join(dump, 'shop', 'deep'), { recursive: true });
  writeFileSync(join(dump, 'shop', 'a.bson'), '');
  writeFileSync(join(dump, 'shop', 'a.metadata.json'), '{"options":{},"indexes":[]}');
  symlinkSync('/nowhere', join(dump, 'shop', 'deep', 'link'));
  const { source, close } = await openDump(dump, { spool: () => directory.path });
  assert.deepEqual(
    source.collections.map(({ name }) => name),
    ['a'],
  );
  await close();
});

test('the identity of a dump is that of its files, and of nothing deeper', async () => {
  using directory = temporaryDirectory('dump');
  const dump = directory.path;
  mkdirSync(join(dump, 'shop', 'deep'), { recursive: true });
  writeFileSync(join(dump, 'shop', 'a.bson'), '');
  writeFileSync(join(dump, 'shop', 'deep', 'b'), 'x');
  const identity = async (): Promise<string> => {
    const { source, close } = await openDump(dump, { spool: () => dump });
    await close();
    return source.identity;
  };
  const before = await identity();
  writeFileSync(join(dump, 'shop', 'deep', 'b'), 'longer');
  assert.equal(await identity(), before);
  utimesSync(join(dump, 'shop', 'a.bson'), 1, 1);
  assert.notEqual(await identity(), before);
});
