import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { AppError } from '../kernel/errors.ts';
import { diskFault } from './disk-faults.ts';
import { afterCommit, openSqlite, type Database } from './index.ts';

const ROOMY_PAGES = 100_000;
const isFull = (thrown: unknown): boolean =>
  thrown instanceof AppError && thrown.code === 'DATABASE_FULL' && thrown.transient;

/** SQLite itself reports a full disk if the file has its largest number of pages. */
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

const ioError = (code: string) => new SqliteDatabase.SqliteError('disk I/O error', code);
const onDisk = { memory: false, name: '/data/metadata.sqlite' };

const faults: readonly (readonly [sqlite: string, system: string | undefined, expected: string | undefined])[] = [
  ['SQLITE_FULL', undefined, 'DATABASE_FULL'],
  ['SQLITE_IOERR_WRITE', 'EDQUOT', 'DATABASE_FULL'],
  ['SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'DATABASE_FULL'],
  ['SQLITE_IOERR_WRITE', 'EROFS', 'DATABASE_READ_ONLY'],
  ['SQLITE_READONLY_DIRECTORY', 'EROFS', 'DATABASE_READ_ONLY'],
  ['SQLITE_CANTOPEN', 'EROFS', 'DATABASE_READ_ONLY'],
  ['SQLITE_IOERR_FSYNC', 'EIO', 'DATABASE_DISK_FAILED'],
  ['SQLITE_IOERR_READ', undefined, 'DATABASE_DISK_FAILED'],
  ['SQLITE_CANTOPEN', 'ENOENT', undefined],
  ['SQLITE_READONLY', undefined, undefined],
  ['SQLITE_CONSTRAINT_UNIQUE', 'ENOSPC', undefined],
];
for (const [sqlite, system, expected] of faults) {
  test(`${sqlite} on a disk that answers ${system ?? 'nothing'} is ${expected ?? 'no fault of the disk'}`, () => {
    const probed: string[] = [];
    const fault = diskFault(onDisk, ioError(sqlite), (directory) => {
      probed.push(directory);
      return system;
    });
    assert.equal(fault?.code, expected);
    if (fault === undefined) return;
    assert.ok(fault.transient);
    assert.ok(fault.hint);
    assert.deepEqual(probed, sqlite === 'SQLITE_FULL' ? [] : ['/data']);
  });
}

test('an I/O error on a writable disk is named, and the probe leaves nothing behind', () => {
  using directory = temporaryDirectory('disk-faults');
  const file = { memory: false, name: join(directory.path, 'metadata.sqlite') };
  const fault = diskFault(file, ioError('SQLITE_IOERR_READ'));
  assert.equal(fault?.message, 'the metadata cannot be read or written: disk I/O error (SQLITE_IOERR_READ)');
  assert.deepEqual(readdirSync(directory.path), []);
});

test('other errors are not changed', async () => {
  const metastore = await openSqlite({ path: ':memory:' });
  const { database } = metastore;
  const add = async () => await database.insertInto('organizations').values(organization('a')).execute();
  await add();
  await assert.rejects(add, { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  await metastore.close();
});
