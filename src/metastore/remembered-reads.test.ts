import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SCHEMA_SQL_FILE } from '../../scripts/schema-sql.ts';
import { openSqlite } from './index.ts';
import { rememberedReads, Results } from './remembered-reads.ts';

const TABLE = /^CREATE TABLE "(?<name>\w+)" \((?<body>[^;]*)/gm;
const REFERENCE = /references "(\w+)" \("\w+"\) on delete (cascade|set null)/g;

/** The tables that refer to each table, so that a deletion changes them, by the text of the schema. */
function referring(): ReadonlyMap<string, readonly string[]> {
  const byTable = new Map<string, string[]>();
  const tables = [...readFileSync(SCHEMA_SQL_FILE, 'utf8').matchAll(TABLE)].map(({ groups = {} }) => groups);
  for (const { name = '' } of tables) byTable.set(name, []);
  for (const { name = '', body = '' } of tables) {
    for (const [, to = ''] of body.matchAll(REFERENCE)) byTable.get(to)?.push(name);
  }
  return byTable;
}

test('a deletion forgets what was read of the tables that its references reach, and nothing else', async () => {
  const metastore = await openSqlite({ path: ':memory:' });
  const reads = rememberedReads.get(metastore.database) ?? assert.fail();
  const byTable = referring();
  assert.ok(byTable.size > 20);
  const results = new Map([...byTable.keys()].map((table) => [table, new Results<number>()] as const));
  for (const [table, result] of results) reads.add(`select "id" from "${table}"`, result);
  let most = 0;
  for (const table of byTable.keys()) {
    const reached = new Set([table]);
    for (const each of reached) for (const child of byTable.get(each) ?? []) reached.add(child);
    for (const result of results.values()) result.set('', 1);
    reads.noteWrite(`delete from "${table}" where "id" = ?`);
    const forgotten = [...results].flatMap(([name, { size }]) => (size === 0 ? [name] : []));
    assert.deepEqual(forgotten.toSorted(), [...reached].toSorted(), table);
    most = Math.max(most, reached.size);
  }
  assert.ok(most > 3 && most < byTable.size, `the most reached tables are ${most}`);

  for (const result of results.values()) result.set('', 1);
  reads.noteWrite('alter table "projects" add column "x" text');
  for (const [name, { size }] of results) assert.equal(size, 0, name);
  await metastore.close();
});
