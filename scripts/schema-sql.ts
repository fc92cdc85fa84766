// src/metastore/schema.sql: what the migrations add up to, for people to read and for a test to compare.
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { openSqlite, type Database } from '../src/metastore/index.ts';

export const SCHEMA_SQL_FILE = fileURLToPath(new URL('../src/metastore/schema.sql', import.meta.url));

const HEADING = '-- Made by `npm run generate` from the migrations; not to be edited.\n\n';

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

/** The schema after all migrations. */
export async function schemaOfMigrations(): Promise<string> {
  const metastore = await openSqlite({ path: ':memory:' });
  try {
    return await schemaSql(metastore.database);
  } finally {
    await metastore.close();
  }
}
