import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiledOnce } from './compiled-once.ts';
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

test('a query with other parameters, or in another order, and one that writes are refused', async () => {
  const metastore = await organizations();
  const { database } = metastore;
  const read = (from: typeof database) => from.selectFrom('organizations').select('id');
  const wrong = [
    compiledOnce((from, id: string) => read(from).where('id', '=', id).where('name', '=', 'fixed')),
    compiledOnce((from, id: string, name: string) => read(from).where('name', '=', name).where('id', '=', id)),
    compiledOnce((from, id: string) => from.deleteFrom('organizations').where('id', '=', id).returning('id')),
  ];
  for (const each of wrong) await assert.rejects(each(database, 'a', 'b'), /no read with the parameters/);
  await metastore.close();
});
