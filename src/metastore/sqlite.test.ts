import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterCommit, isForeignKeyViolation, isUniqueViolation, openSqlite, type Metastore } from './index.ts';

describe('SQLite metastore', () => {
  let directory: string;
  let path: string;
  let metastore: Metastore;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'longshore-metastore-'));
    path = join(directory, 'metadata.sqlite');
    metastore = await openSqlite({ path });
  });
  afterEach(async () => {
    await metastore.close();
    rmSync(directory, { recursive: true });
  });

  const organization = { id: 'a'.repeat(24), name: 'org', created_at: 1 };
  const project = { id: 'b'.repeat(24), org_id: organization.id, name: 'project', created_at: 1 };

  test('the log is on, SQLite syncs it before it is moved, and references are kept', async () => {
    const { database } = metastore;
    const pragma = async (name: string): Promise<unknown> => {
      const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(`pragma_${name}`)}`.execute(
        database,
      );
      return Object.values(rows[0] ?? {})[0];
    };
    assert.equal(await pragma('journal_mode'), 'wal');
    assert.equal(await pragma('synchronous'), 1);
    assert.equal(await pragma('foreign_keys'), 1);
  });

  test('keeps rows over closing and opening', async () => {
    await metastore.database.insertInto('organizations').values(organization).execute();
    await metastore.close();
    metastore = await openSqlite({ path });
    const kept = metastore.database.selectFrom('organizations').select(['id', 'name', 'created_at']);
    assert.deepEqual(await kept.execute(), [organization]);
  });

  test('runs concurrent transactions one after another, each seeing what the one before wrote', async () => {
    const { database } = metastore;
    await database
      .insertInto('organizations')
      .values({ ...organization, name: '0' })
      .execute();
    const increments = Array.from({ length: 20 }, () =>
      database.transaction().execute(async (transaction) => {
        const { name } = await transaction.selectFrom('organizations').select('name').executeTakeFirstOrThrow();
        await setImmediate();
        await transaction
          .updateTable('organizations')
          .set({ name: String(Number(name) + 1) })
          .execute();
      }),
    );
    await Promise.all(increments);
    const { name } = await database.selectFrom('organizations').select('name').executeTakeFirstOrThrow();
    assert.equal(name, '20');
  });

  test('rolls back only the failed one of two concurrent transactions', async () => {
    const { database } = metastore;
    const failing = database.transaction().execute(async (transaction) => {
      await transaction.insertInto('organizations').values(organization).execute();
      await setImmediate();
      throw new Error('changed my mind');
    });
    const kept = { ...organization, id: 'c'.repeat(24) };
    const succeeding = database
      .transaction()
      .execute((transaction) => transaction.insertInto('organizations').values(kept).execute());
    await assert.rejects(failing, /changed my mind/);
    await succeeding;
    const ids = await database.selectFrom('organizations').select('id').execute();
    assert.deepEqual(ids, [{ id: kept.id }]);
  });

  test('a query outside a transaction does not see uncommitted rows', async () => {
    const { database } = metastore;
    let seenOutside: Promise<unknown[]> | undefined;
    const failing = database.transaction().execute(async (transaction) => {
      await transaction.insertInto('organizations').values(organization).execute();
      seenOutside = database.selectFrom('organizations').selectAll().execute();
      await setImmediate();
      throw new Error('taken back');
    });
    await assert.rejects(failing, /taken back/);
    assert.deepEqual(await seenOutside, []);
  });

  test('runs a hook once, when the commit has made the rows visible', async () => {
    const { database } = metastore;
    const seen: Promise<unknown[]>[] = [];
    const look = () => void seen.push(database.selectFrom('organizations').select('id').execute());
    await database.transaction().execute(async (transaction) => {
      await afterCommit(transaction, look);
      await transaction.insertInto('organizations').values(organization).execute();
      await afterCommit(transaction, look);
      await setImmediate();
      assert.equal(seen.length, 0, 'ran before the commit');
    });
    assert.deepEqual(await Promise.all(seen), [[{ id: organization.id }]]);
    await database.transaction().execute(() => Promise.resolve());
    assert.equal(seen.length, 1, 'ran for another transaction');
  });

  test('runs no hook of a transaction that was rolled back or could not be committed', async () => {
    const { database } = metastore;
    let runs = 0;
    const hook = () => {
      runs++;
    };
    const failing = database.transaction().execute(async (transaction) => {
      await afterCommit(transaction, hook);
      throw new Error('taken back');
    });
    await assert.rejects(failing, /taken back/);
    const deferred = database.transaction().execute(async (transaction) => {
      await sql`pragma defer_foreign_keys = on`.execute(transaction);
      await transaction.insertInto('projects').values(project).execute();
      await afterCommit(transaction, hook);
    });
    await assert.rejects(deferred, isForeignKeyViolation);
    await database.transaction().execute(() => Promise.resolve());
    assert.equal(runs, 0);
  });

  test('refuses to remove rows that others refer to, and to add existing rows', async () => {
    const { database } = metastore;
    await database.insertInto('organizations').values(organization).execute();
    await database.insertInto('projects').values(project).execute();
    await database
      .insertInto('clusters')
      .values({
        id: 'd'.repeat(24),
        group_id: project.id,
        name: 'cluster',
        source_kind: 'mongodump',
        sealed_source: '',
        mongodb_version: '8.0',
        created_at: 1,
      })
      .execute();
    await assert.rejects(database.deleteFrom('organizations').execute(), isForeignKeyViolation);
    await assert.rejects(database.deleteFrom('projects').execute(), isForeignKeyViolation);
    await assert.rejects(
      database
        .insertInto('projects')
        .values({ ...project, id: 'e'.repeat(24), org_id: 'f'.repeat(24) })
        .execute(),
      isForeignKeyViolation,
    );
    await assert.rejects(database.insertInto('organizations').values(organization).execute(), isUniqueViolation);
    await assert.rejects(
      database
        .insertInto('projects')
        .values({ ...project, id: 'e'.repeat(24) })
        .execute(),
      isUniqueViolation,
    );
    assert.equal(isForeignKeyViolation(new Error('other')), false);
  });

  test('removing a project removes its roles and export buckets', async () => {
    const { database } = metastore;
    await database.insertInto('organizations').values(organization).execute();
    await database.insertInto('projects').values(project).execute();
    const role = { id: '1'.repeat(24), group_id: project.id, provider: 'AWS' };
    await database
      .insertInto('cloud_provider_access_roles')
      .values({ ...role, created_at: 1 })
      .execute();
    const bucket = { id: '2'.repeat(24), group_id: project.id, provider: 'AWS', bucket_name: 'b', role_id: role.id };
    await database
      .insertInto('export_buckets')
      .values({ ...bucket, created_at: 1 })
      .execute();
    await assert.rejects(database.deleteFrom('cloud_provider_access_roles').execute(), isForeignKeyViolation);
    await database.deleteFrom('projects').execute();
    assert.deepEqual(await database.selectFrom('cloud_provider_access_roles').selectAll().execute(), []);
    assert.deepEqual(await database.selectFrom('export_buckets').selectAll().execute(), []);
  });

  test('an API key role belongs to exactly one organization or project', async () => {
    const { database } = metastore;
    await database.insertInto('organizations').values(organization).execute();
    await database.insertInto('projects').values(project).execute();
    const key = { id: '3'.repeat(24), org_id: organization.id, public_key: 'abcdefgh', sealed_ha1: '', created_at: 1 };
    await database
      .insertInto('api_keys')
      .values({ ...key, private_key_suffix: '', description: '' })
      .execute();
    const role = { api_key_id: key.id, role_name: 'ORG_OWNER' };
    await assert.rejects(database.insertInto('api_key_roles').values(role).execute(), /CHECK constraint/);
    await assert.rejects(
      database
        .insertInto('api_key_roles')
        .values({ ...role, org_id: organization.id, group_id: project.id })
        .execute(),
      /CHECK constraint/,
    );
  });

  test('says so when the file is not a database', async () => {
    const other = join(directory, 'other');
    writeFileSync(other, 'no database at all, but long enough to be taken for the header of one '.repeat(10));
    await assert.rejects(openSqlite({ path: other }), { name: 'AppError', code: 'DATABASE_UNUSABLE' });
  });

  test('refuses a database with unknown migrations, and leaves it unchanged', async () => {
    const file = new SqliteDatabase(path);
    file.exec(`insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2999')`);
    file.close();
    await metastore.close();
    await assert.rejects(openSqlite({ path }), { name: 'AppError', code: 'DATABASE_NEWER' });
    metastore = await openSqlite({ path: ':memory:' });
  });
});
