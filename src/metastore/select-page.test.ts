import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import SqliteDatabase from 'better-sqlite3';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { openSqlite, selectPage, type Metastore } from './index.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

let metastore: Metastore;
let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(async () => {
  directory = temporaryDirectory('select-page');
  metastore = await openSqlite({ path: join(directory.path, 'metadata.sqlite') });
  const rows = NAMES.map((name) => ({ id: name.repeat(24), name, created_at: 1 }));
  await metastore.database.insertInto('organizations').values(rows).execute();
});
afterEach(async () => {
  await metastore.close();
  directory[Symbol.dispose]();
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

test('every page has the same rows as in one list, from whichever end it is read', async () => {
  const { database } = metastore;
  // Names are there twice, so the order has two columns.
  const twins = NAMES.map((name) => ({ id: `${name}2`, name, created_at: 1 }));
  await database.insertInto('organizations').values(twins).execute();
  const query = database.selectFrom('organizations').select('id').orderBy('name', 'desc').orderBy('id');
  const all = (await query.execute()).map(({ id }) => id);
  for (let itemsPerPage = 1; itemsPerPage <= all.length + 1; itemsPerPage++) {
    for (let offset = 0; offset <= all.length + 1; offset++) {
      const page = await selectPage(database, query, { offset, itemsPerPage }, (rows) => rows.map(({ id }) => id));
      const expected = { results: all.slice(offset, offset + itemsPerPage), totalCount: all.length };
      assert.deepEqual(page, expected, `${itemsPerPage} after ${offset}`);
    }
  }
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

test('rows are counted again after a write that may change their number, and not before', async () => {
  const { database } = metastore;
  const path = join(directory.path, 'metadata.sqlite');
  const countWithout = async (name: string, how?: { readonly asksForNow: boolean }): Promise<number> => {
    const query = newestFirst().where('name', '<>', name);
    return (await selectPage(database, query, { offset: 0, itemsPerPage: 1 }, () => [], how)).totalCount;
  };
  assert.deepEqual([await countWithout('a'), await countWithout('nobody')], [4, 5]);
  // No driver has noted this write.
  const other = new SqliteDatabase(path);
  other.exec("insert into organizations (id, name, created_at) values ('f', 'f', 1)");
  other.close();
  assert.deepEqual([await countWithout('a'), await countWithout('nobody')], [4, 5]);
  assert.equal(await countWithout('nobody', { asksForNow: true }), 6);
  await database.insertInto('repositories').values({ id: 'r' }).execute();
  assert.deepEqual([await countWithout('a'), await countWithout('nobody')], [4, 5]);
  await database.updateTable('organizations').set({ created_at: 2 }).where('id', '=', 'f').execute();
  assert.deepEqual([await countWithout('a'), await countWithout('nobody')], [4, 5]);
  await database.updateTable('organizations').set({ name: 'a' }).where('name', '=', 'b').execute();
  assert.deepEqual([await countWithout('a'), await countWithout('nobody')], [4, 6]);
  await database.deleteFrom('organizations').where('name', '=', 'a').execute();
  assert.deepEqual([await countWithout('a'), await countWithout('nobody')], [4, 4]);
});
