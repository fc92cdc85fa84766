import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiledInsert, compiledOnce } from './compiled-once.ts';
import { openSqlite } from './index.ts';

async function organizations() {
  const metastore = await openSqlite({ path: ':memory:' });
  const rows = ['a', 'b'].map((id) => ({ id, name: `name of ${id}`, created_at: 1 }));
  await metastore.database.insertInto('organizations').values(rows).execute();
  return metastore;
}

test('the statement is made once, and each call reads with its own parameters, also within a transaction', async () => {
  const metastore = await organizations();
  const { database } = metastore;
  let builds = 0;
  const named = compiledOnce((from, id: string, name: string) => {
    builds++;
    return from.selectFrom('organizations').select('id').where('id', '=', id).where('name', '=', name);
  });
  assert.deepEqual(await named(database, 'a', 'name of a'), [{ id: 'a' }]);
  assert.deepEqual(await named(database, 'a', 'name of b'), []);
  await database.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('organizations').where('id', '=', 'a').execute();
    assert.deepEqual(await named(transaction, 'a', 'name of a'), []);
    assert.deepEqual(await named(transaction, 'b', 'name of b'), [{ id: 'b' }]);
  });
  assert.equal(builds, 1);
  await metastore.close();
});

test('a statement may have a parameter several times, in any order, and may write', async () => {
  const metastore = await organizations();
  const { database } = metastore;
  const rename = compiledOnce((from, id: string, name: string, setting: string | null) =>
    from
      .updateTable('organizations')
      .set({ name })
      .where('other_settings', 'is', setting)
      .where('name', '<>', name)
      .where('created_at', '=', 1)
      .where('id', '=', id)
      .returning(['id', 'name']),
  );
  assert.deepEqual(await rename(database, 'a', 'other', null), [{ id: 'a', name: 'other' }]);
  assert.deepEqual(await rename(database, 'a', 'other', null), []);
  assert.deepEqual(await rename(database, 'b', 'other', 'text'), []);
  await metastore.close();
});

test('a statement that leaves out a parameter, changes it or has another one is refused', async () => {
  const metastore = await organizations();
  const { database } = metastore;
  const read = (from: typeof database) => from.selectFrom('organizations').select('id');
  const wrong = [
    compiledOnce((from, id: string, name: string) => read(from).where('id', '=', id).where('name', '<>', `${name}!`)),
    compiledOnce((from, ...[id]: readonly string[]) => read(from).where('id', '=', id ?? '')),
    compiledOnce((from, id: string, name: string) =>
      read(from).where('id', '=', id).where('name', '=', name).where('other_settings', '=', 'text'),
    ),
  ];
  for (const each of wrong) await assert.rejects(each(database, 'a', 'b'), /other parameters than its function/);
  await metastore.close();
});

test('rows are inserted with a statement for each set of columns, and a column without a value is refused', async () => {
  const metastore = await openSqlite({ path: ':memory:' });
  const { database } = metastore;
  const insert = compiledInsert('organizations');
  await insert(database, { id: 'a', name: 'A', created_at: 1 });
  await insert(database, { id: 'b', name: 'B', created_at: 2 });
  await insert(database, { created_at: 3, id: 'c', name: 'C', other_settings: null });
  await insert(database, { id: 'd', created_at: 4, name: 'D', other_settings: '{}' });
  const columns = ['id', 'name', 'created_at', 'other_settings'] as const;
  assert.deepEqual(await database.selectFrom('organizations').select(columns).orderBy('id').execute(), [
    { id: 'a', name: 'A', created_at: 1, other_settings: null },
    { id: 'b', name: 'B', created_at: 2, other_settings: null },
    { id: 'c', name: 'C', created_at: 3, other_settings: null },
    { id: 'd', name: 'D', created_at: 4, other_settings: '{}' },
  ]);
  await assert.rejects(
    insert(database, { id: 'e', name: 'E', created_at: 5, api_access_list_required: undefined }),
    /values for all of its columns/,
  );
  await metastore.close();
});
