import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  SqliteDialect,
  type CompiledQuery,
} from 'kysely';
import { Migrator } from 'kysely/migration';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { initialSchema } from './migrations/0001-initial-schema.ts';
import { cloudProviders } from './migrations/0002-cloud-providers.ts';
import { repository } from './migrations/0005-repository.ts';
import { migrations } from './migrations/index.ts';
import { openSqlite } from './sqlite.ts';

test('the migrations use nothing that is SQLite alone', async () => {
  const statements: CompiledQuery[] = [];
  const postgres = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: (event) => void statements.push(event.query),
  });
  for (const migration of Object.values(migrations)) await migration.up(postgres);
  const sqliteAlone = /autoincrement|without rowid|\bstrict\b|\bpragma\b|\bdatetime\b|\bblob\b|sqlite/i;
  assert.ok(statements.length > 0);
  for (const statement of statements) assert.doesNotMatch(statement.sql, sqliteAlone);
});

test('the migrations run in the order in which they are listed', () => {
  const names = Object.keys(migrations);
  assert.deepEqual(names, [...names].sort());
  const numbers = names.map((name) => /^(\d{4})-/.exec(name)?.[1] ?? name);
  assert.equal(new Set(numbers).size, names.length, 'two migrations have one number');
});

test('roles and buckets that are older than migration 0002 keep their values', async () => {
  const database = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Sqlite(':memory:') }) });
  await sql`pragma foreign_keys = on`.execute(database);
  await initialSchema.up(database);
  await sql`insert into organizations (id, name, created_at) values ('o', 'Org', 1)`.execute(database);
  await sql`insert into projects (id, org_id, name, created_at) values ('p', 'o', 'Project', 1)`.execute(database);
  await sql`insert into cloud_provider_access_roles values ('r', 'p', 'AWS', 'account', 'external', 'arn', 2, 3)`.execute(
    database,
  );
  await sql`insert into export_buckets values ('b', 'p', 'AWS', 'name', 'r', 1, 'us-east-1', 4)`.execute(database);
  await cloudProviders.up(database);
  const { rows: roles } = await sql`select * from cloud_provider_access_roles`.execute(database);
  const { rows: buckets } = await sql`select * from export_buckets`.execute(database);
  await database.destroy();
  assert.deepEqual(roles, [
    {
      ...{ id: 'r', group_id: 'p', provider: 'AWS', created_at: 2, authorized_at: 3 },
      ...{ aws_account_arn: 'account', aws_external_id: 'external', aws_iam_assumed_role_arn: 'arn' },
      ...{ azure_app_id: null, azure_service_principal_id: null, azure_tenant_id: null, gcp_service_account: null },
    },
  ]);
  assert.deepEqual(buckets, [
    {
      ...{ id: 'b', group_id: 'p', provider: 'AWS', bucket_name: 'name', role_id: 'r', created_at: 4 },
      ...{ aws_region: 'us-east-1', aws_require_private_networking: 1 },
      ...{ azure_service_url: null, azure_tenant_id: null },
    },
  ]);
});

test('migration 0005 marks pending deletions for the collection of garbage', async () => {
  const database = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Sqlite(':memory:') }) });
  await initialSchema.up(database);
  const jobs = [
    ['a', 'delete-snapshot', '{"snapshotId":"0123456789abcdef01234567"}'],
    ['b', 'capture-snapshot', '{"snapshotId":"0123456789abcdef01234568"}'],
  ];
  for (const [id, kind, payload] of jobs) {
    await sql`insert into jobs (id, kind, payload, state, attempt, failures, run_at, created_at)
      values (${id}, ${kind}, ${payload}, 'ready', 0, 0, 1, 1)`.execute(database);
  }
  await repository.up(database);
  const { rows: marks } = await sql`select * from snapshot_garbage`.execute(database);
  const { rows: kinds } = await sql`select kind from jobs`.execute(database);
  await database.destroy();
  assert.deepEqual(marks, [{ id: 'a', snapshot_id: '0123456789abcdef01234567' }]);
  assert.deepEqual(kinds, [{ kind: 'capture-snapshot' }]);
});

test('opening older metadata says which migrations it made, once, and a new database made none', async () => {
  using directory = temporaryDirectory('migrate');
  const path = join(directory.path, 'metadata.sqlite');
  const names = Object.keys(migrations);
  const older = names.slice(0, -2);
  const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Sqlite(path) }) });
  const known = Object.fromEntries(Object.entries(migrations).filter(([name]) => older.includes(name)));
  const migrator = new Migrator({ db: old, provider: { getMigrations: () => Promise.resolve(known) } });
  assert.equal((await migrator.migrateToLatest()).error, undefined);
  await old.destroy();
  for (const expected of [names.slice(-2), []]) {
    const metastore = await openSqlite({ path });
    assert.deepEqual(metastore.migrated, expected);
    await metastore.close();
  }
  const fresh = await openSqlite({ path: ':memory:' });
  assert.deepEqual(fresh.migrated, []);
  await fresh.close();
});

test('restore jobs that are older than migration 0045 keep their values', async () => {
  using directory = temporaryDirectory('migrate');
  const file = join(directory.path, 'longshore.sqlite');
  const known = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0045'));
  const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Sqlite(file) }) });
  const migrator = new Migrator({ db: old, provider: { getMigrations: () => Promise.resolve(known) } });
  assert.equal((await migrator.migrateToLatest()).error, undefined);
  await sql`insert into organizations (id, name, created_at) values ('o', 'o', 0)`.execute(old);
  await sql`insert into projects (id, org_id, name, created_at) values ('g', 'o', 'g', 0)`.execute(old);
  await sql`insert into clusters (id, group_id, name, source_kind, sealed_source, mongodb_version, created_at)
    values ('c', 'g', 'c', 'mongodb', '', '8.0.0', 0)`.execute(old);
  await sql`insert into restore_jobs (id, group_id, cluster_id, snapshot_id, snapshot_taken_at, delivery_type, state, record,
    replays_oplog, created_at) values ('j', 'g', 'c', 's', 3, 'automated', 'inProgress', '{}', 1, 4)`.execute(old);
  await old.destroy();
  const metastore = await openSqlite({ path: file });
  const [job] = await metastore.database.selectFrom('restore_jobs').selectAll().execute();
  assert.deepEqual(
    [job?.id, job?.snapshot_id, job?.snapshot_taken_at, job?.record, job?.replays_oplog, job?.created_at],
    ['j', 's', 3, '{}', 1, 4],
  );
  assert.deepEqual([job?.source, job?.selection, job?.dry_run], [null, null, 0]);
  await metastore.close();
});
