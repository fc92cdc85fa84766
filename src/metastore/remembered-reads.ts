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
    // Names of columns are among them, which forget no more than they should.
    for (const name of new Set(sql.match(/(?<=")\w+(?=")/g))) {
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
}

/** The remembered reads of each database whose driver notes the writes. Transactions are not among them, because they see their own writes. */
export const rememberedReads = new WeakMap<Database, RememberedReads>();
