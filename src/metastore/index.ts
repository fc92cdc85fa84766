export type { Database, Transaction } from './database.ts';
export type { Schema } from './schema.ts';
export { openSqlite } from './sqlite.ts';
