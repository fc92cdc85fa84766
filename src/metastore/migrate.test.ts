import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
} from 'kysely';
import { migrations } from './migrations/index.ts';

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
  names.forEach((name, index) => assert.ok(name.startsWith(`${String(index + 1).padStart(4, '0')}-`), name));
});
