import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { defaultStateFile, openStateFile, restoreIdOf } from './state-file.ts';

const restoreId = restoreIdOf({ source: 'a', target: 'b', rename: ['x=y', 'z=w'] });
const record = {
  collections: {
    'shop.orders': { hash: { documents: 3, sum: 'ab'.repeat(16) }, bytes: 99, merged: false, state: 'begun' },
  },
} as const;

test('a record comes back to the same restore, and is gone at its end', async () => {
  using directory = temporaryDirectory('state');
  const file = defaultStateFile(directory.path, restoreId);
  const first = openStateFile(file, { restoreId, restart: false });
  assert.equal(first.earlier, undefined);
  await first.save(record);
  assert.deepEqual(openStateFile(file, { restoreId, restart: false }).earlier, record);
  assert.equal(openStateFile(file, { restoreId, restart: true }).earlier, undefined);
  await first.clear();
  assert.ok(!existsSync(file));
  await first.clear();
});

test('the same restore has one id, and another source, target or name has another one', () => {
  assert.equal(restoreIdOf({ source: 'a', target: 'b', rename: ['z=w', 'x=y'] }), restoreId);
  for (const other of [{ source: 'c' }, { target: 'c' }, { rename: [] }]) {
    assert.notEqual(restoreIdOf({ source: 'a', target: 'b', rename: ['x=y', 'z=w'], ...other }), restoreId);
  }
});

test('a file of another restore, and one that is none, are refused and kept', async () => {
  using directory = temporaryDirectory('state');
  const file = join(directory.path, 'state.json');
  await openStateFile(file, { restoreId: 'other', restart: false }).save(record);
  assert.throws(() => openStateFile(file, { restoreId, restart: false }), { code: 'RESTORE_STATE_UNUSABLE' });
  for (const text of ['', '{', '{"format":"longshore-restore","version":2}']) {
    writeFileSync(file, text);
    assert.throws(() => openStateFile(file, { restoreId, restart: false }), { code: 'RESTORE_STATE_UNUSABLE' }, text);
    assert.equal(readFileSync(file, 'utf8'), text);
  }
});
