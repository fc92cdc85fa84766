export { afterCommit } from './after-commit.ts';
export { isForeignKeyViolation, isUniqueViolation } from './constraint-errors.ts';
export { lockDataDirectory, type DataDirectoryLock } from './data-directory-lock.ts';
export type { Database, Metastore, Transaction } from './database.ts';
export type { Schema } from './schema.ts';
export { selectPage } from './select-page.ts';
export { openSqlite } from './sqlite.ts';
export { startsWith } from './starts-with.ts';
export { storedJson, storedValue } from './stored-value.ts';
