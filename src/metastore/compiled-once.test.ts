import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { compiledInsert, compiledOnce, rememberedRead } from './compiled-once.ts';
import { openSqlite, type Database, type Metastore } from './index.ts';

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

describe('a remembered read', () => {
  let metastore: Metastore;
  /** Changes when the statement is run again, because SQLite gives another number each time. */
  const read = rememberedRead((from, id: string) =>
    from
      .selectFrom('organizations')
      .select(['name', sql<number>`random()`.as('run')])
      .where('id', '=', id),
  );

  beforeEach(async () => {
    metastore = await organizations();
  });
  afterEach(async () => {
    await metastore.close();
  });

  const isRemembered = async (write: (database: Database) => Promise<unknown>): Promise<boolean> => {
    const before = await read(metastore.database, 'a');
    await metastore.database.transaction().execute(write);
    return isDeepStrictEqual(await read(metastore.database, 'a'), before);
  };
  const rename = async (database: Database, name: string) =>
    await database.updateTable('organizations').set({ name }).execute();

  test('is run once for each list of parameters, also for those who ask at the same time, and without rows, too', async () => {
    const { database } = metastore;
    const [first, second, other] = await Promise.all([read(database, 'a'), read(database, 'a'), read(database, 'b')]);
    assert.equal(first, second);
    assert.notDeepEqual(first, other);
    assert.equal(await read(database, 'a'), first);
    assert.equal(await read(database, 'nobody'), await read(database, 'nobody'));
  });

  test('is run again after a write to its table, and after a deletion that its references reach', async () => {
    assert.equal(
      await isRemembered((database) => database.insertInto('repositories').values({ id: 'r' }).execute()),
      true,
    );
    assert.equal(await isRemembered((database) => rename(database, 'new')), false);
    assert.equal(await isRemembered((database) => database.deleteFrom('projects').execute()), true);
    assert.equal(
      await isRemembered((database) => database.deleteFrom('organizations').where('id', '=', 'z').execute()),
      false,
    );
    const row = { id: 'c', name: 'C', created_at: 1 };
    assert.equal(await isRemembered((database) => database.insertInto('organizations').values(row).execute()), false);
  });

  test('sees what its own transaction has written; others see it when it is committed, and never what is rolled back', async () => {
    const { database } = metastore;
    const nameOutside = async () => (await read(database, 'a'))[0]?.name;
    await nameOutside();
    let meanwhile: Promise<unknown> | undefined;
    const changing = database.transaction().execute(async (transaction) => {
      await rename(transaction, 'new');
      assert.equal((await read(transaction, 'a'))[0]?.name, 'new');
      meanwhile = nameOutside();
      await setImmediate();
      throw new Error('changed my mind');
    });
    await assert.rejects(changing, /changed my mind/);
    assert.equal(await meanwhile, 'name of a');
    await database.transaction().execute(async (transaction) => {
      await rename(transaction, 'new');
      meanwhile = nameOutside();
      await setImmediate();
    });
    assert.equal(await meanwhile, 'new');
    assert.equal(await nameOutside(), 'new');
  });

  test('that was begun before a write serves nobody who asks after it', async () => {
    const { database } = metastore;
    const begun = read(database, 'a');
    const written = database.transaction().execute((transaction) => rename(transaction, 'new'));
    await written;
    assert.equal((await read(database, 'a'))[0]?.name, 'new');
    await begun;
  });

  test('that fails is tried again', async () => {
    const { database } = metastore;
    await sql`alter table organizations rename to away`.execute(database);
    await assert.rejects(read(database, 'a'), /no such table/);
    await sql`alter table away rename to organizations`.execute(database);
    assert.equal((await read(database, 'a'))[0]?.name, 'name of a');
  });
});
