import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDump } from './dump-source.ts';

test('a link that leads nowhere is left out of a dump, as other foreign files are', async (context) => {
  const dump = mkdtempSync(join(tmpdir(), 'longshore-test-'));
  context.after(() => rmSync(dump, { recursive: true }));
  mkdirSync(join(dump, 'shop', 'deep'), { recursive: true });
  writeFileSync(join(dump, 'shop', 'a.bson'), '');
  writeFileSync(join(dump, 'shop', 'a.metadata.json'), '{"options":{},"indexes":[]}');
  symlinkSync('/nowhere', join(dump, 'shop', 'deep', 'link'));
  const { source, close } = await openDump(dump, { isArchive: false });
  assert.deepEqual(
    source.collections.map(({ name }) => name),
    ['a'],
  );
  await close();
});
