import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openSqlite, selectPage, type Metastore } from './index.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

let metastore: Metastore;

beforeEach(async () => {
  metastore = await openSqlite({ path: ':memory:' });
  const rows = NAMES.map((name) => ({ id: name.repeat(24), name, created_at: 1 }));
  await metastore.database.insertInto('organizations').values(rows).execute();
});
afterEach(async () => {
  await metastore.close();
});

const newestFirst = () => metastore.database.selectFrom('organizations').select('name').orderBy('id', 'desc');

test('a page has its rows in order, and the count of all that the query selects', async () => {
  const read = async (offset: number, itemsPerPage: number) =>
    await selectPage(metastore.database, newestFirst().where('name', '<>', 'c'), { offset, itemsPerPage }, (rows) =>
      rows.map(({ name }) => name),
    );
  assert.deepEqual(await read(0, 2), { results: ['e', 'd'], totalCount: 4 });
  assert.deepEqual(await read(2, 2), { results: ['b', 'a'], totalCount: 4 });
  assert.deepEqual(await read(4, 2), { results: [], totalCount: 4 });
});

test('rows, count and further reads belong to one moment', async () => {
  const { database } = metastore;
  let deleting: Promise<unknown> | undefined;
  const page = await selectPage(database, newestFirst(), { offset: 0, itemsPerPage: 9 }, async (rows, transaction) => {
    deleting = database.deleteFrom('organizations').execute();
    const again = await transaction.selectFrom('organizations').select('name').execute();
    return [rows.length, again.length];
  });
  await deleting;
  assert.deepEqual(page, { results: [NAMES.length, NAMES.length], totalCount: NAMES.length });
  assert.deepEqual(await newestFirst().execute(), []);
});
