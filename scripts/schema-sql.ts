// Writes src/metastore/schema.sql: what the migrations add up to, for people to read and for a test to compare.
// Run it after adding a migration: node scripts/schema-sql.ts
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { openSqlite, type Database } from '../src/metastore/index.ts';

export const SCHEMA_SQL_FILE = fileURLToPath(new URL('../src/metastore/schema.sql', import.meta.url));

const HEADING = '-- Made by scripts/schema-sql.ts from the migrations; not to be edited.\n\n';

/** The schema as SQLite holds it, one column or constraint a line, without Kysely's own tables. */
export async function schemaSql(database: Database): Promise<string> {
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_master
    where sql is not null and tbl_name not like 'kysely_%'
    order by tbl_name, type desc, name
  `.execute(database);
  return HEADING + rows.map((row) => `${oneItemPerLine(row.sql)};\n`).join('\n');
}

function oneItemPerLine(statement: string): string {
  if (!statement.startsWith('CREATE TABLE') && !statement.startsWith('create table')) return statement;
  let depth = 0;
  let lines = '';
  for (const character of statement) {
    if (character === ')' && --depth === 0) lines += '\n';
    lines += character;
    if (character === '(' && ++depth === 1) lines += '\n  ';
    if (character === ',' && depth === 1) lines += '\n ';
  }
  return lines;
}

if (import.meta.main) {
  const metastore = await openSqlite({ path: ':memory:' });
  writeFileSync(SCHEMA_SQL_FILE, await schemaSql(metastore.database));
  await metastore.close();
}
