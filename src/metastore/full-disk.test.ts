import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError } from '../kernel/errors.ts';
import { afterCommit, openSqlite, type Database } from './index.ts';

const ROOMY_PAGES = 100_000;
const isFull = (thrown: unknown): boolean =>
  thrown instanceof AppError && thrown.code === 'DATABASE_FULL' && thrown.transient;

/** SQLite itself reports a full disk where the file has as many pages as it may. */
async function allowPages(database: Database, pages: number): Promise<void> {
  await sql.raw(`pragma max_page_count = ${pages}`).execute(database);
}

const organization = (id: string) => ({ id, name: 'x'.repeat(100_000), created_at: 1 });

test('a full disk is named, nothing of its transaction is stored or announced, and writing goes on once there is space', async () => {
  const metastore = await openSqlite({ path: ':memory:' });
  const { database } = metastore;
  const announced: string[] = [];
  const add = async (...ids: readonly string[]): Promise<void> =>
    await database.transaction().execute(async (transaction) => {
      await afterCommit(transaction, () => announced.push(ids.join()));
      for (const id of ids) await transaction.insertInto('organizations').values(organization(id)).execute();
    });
  const ids = async () =>
    (await database.selectFrom('organizations').select('id').orderBy('id').execute()).map(({ id }) => id);

  await add('a');
  await allowPages(database, 1);
  for (let again = 0; again < 3; again++) await assert.rejects(add('b', 'c'), isFull);
  await assert.rejects(database.insertInto('organizations').values(organization('d')).execute(), isFull);
  assert.deepEqual(await ids(), ['a'], 'reading goes on');
  await allowPages(database, ROOMY_PAGES);
  await add('e');
  assert.deepEqual(
    [await ids(), announced],
    [
      ['a', 'e'],
      ['a', 'e'],
    ],
  );
  await metastore.close();
});

test('other errors stay what they are', async () => {
  const metastore = await openSqlite({ path: ':memory:' });
  const { database } = metastore;
  const add = async () => await database.insertInto('organizations').values(organization('a')).execute();
  await add();
  await assert.rejects(add, { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  await metastore.close();
});
