import assert from 'node:assert/strict';
import { test } from 'node:test';
import { committedErrorTable, errorTable } from '../../scripts/error-table.ts';

test('docs/errors.md lists every error that the program defines, each with its meaning', async () => {
  const { page, problems } = await errorTable();
  assert.deepEqual(problems, []);
  assert.equal(committedErrorTable(), page, 'run: npm run generate');
});
