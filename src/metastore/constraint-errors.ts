import { codeOf } from '../kernel/errors.ts';

// SQLite reports a violated RESTRICT as a trigger's, because it runs foreign key actions as triggers
// (https://www.sqlite.org/rescode.html). The five-digit codes are PostgreSQL's
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
const FOREIGN_KEY_CODES: ReadonlySet<string> = new Set([
  'SQLITE_CONSTRAINT_FOREIGNKEY',
  'SQLITE_CONSTRAINT_TRIGGER',
  '23503',
  '23001',
]);
const UNIQUE_CODES: ReadonlySet<string> = new Set([
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  '23505',
]);

/** Whether a statement failed because it refers to a missing row, or because it removes a row that others refer to. */
export function isForeignKeyViolation(thrown: unknown): boolean {
  return FOREIGN_KEY_CODES.has(codeOf(thrown) ?? '');
}

/** Whether a statement failed because a row with the same key exists. */
export function isUniqueViolation(thrown: unknown): boolean {
  return UNIQUE_CODES.has(codeOf(thrown) ?? '');
}
