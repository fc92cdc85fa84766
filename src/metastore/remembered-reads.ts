import type { Database } from './database.ts';

/** What a statement has read. */
interface Forgettable {
  clear(): void;
}

/** Forgets what statements have read when another statement writes to one of their tables. */
export class RememberedReads {
  readonly #all: Forgettable[] = [];
  readonly #ofTable = new Map<string, Forgettable[]>();

  /** @param sql of the statement that reads, in Kysely's writing: with all names in quotation marks. */
  add(sql: string, results: Forgettable): void {
    this.#all.push(results);
    for (const name of namesIn(sql)) {
      this.#ofTable.set(name, [...(this.#ofTable.get(name) ?? []), results]);
    }
  }

  /**
   * A driver calls it before each statement that writes, and not when it is committed, because who reads afterwards waits for the connection, and
   * so for the end of the transaction. Only inserts and updates keep to one table: a deletion may reach others.
   */
  noteWrite(sql: string): void {
    const [, table] = /^(?:insert into|update) "(\w+)"/.exec(sql) ?? [];
    const written = table === undefined ? this.#all : this.#ofTable.get(table);
    for (const results of written ?? []) results.clear();
  }

  /** A driver calls it when SQLite has taken back transactions that had finished, because others may have read what they wrote. */
  forgetAll(): void {
    for (const results of this.#all) results.clear();
  }
}

/** The names in a statement of Kysely: of tables, and of columns, which make results be forgotten more often and never too seldom. */
export function namesIn(sql: string): readonly string[] {
  return [...new Set(sql.match(/(?<=")\w+(?=")/g))];
}

/** The remembered reads of each database whose driver notes the writes. Transactions are not among them, because they see their own writes. */
export const rememberedReads = new WeakMap<Database, RememberedReads>();
