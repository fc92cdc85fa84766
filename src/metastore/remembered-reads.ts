import { remember } from '../kernel/remember.ts';
import type { Database } from './database.ts';
import { MAX_STATEMENTS } from './statement-cache.ts';

/** The results of a statement. When there are more, all of them are forgotten, so that the texts of clients do not fill the memory. */
const MAX_RESULTS = 1000;

/** What statements have read, by their parameters. */
export class Results<Value> extends Map<string, Value> {
  override set(parameters: string, value: Value): this {
    if (this.size >= MAX_RESULTS) this.clear();
    return super.set(parameters, value);
  }
}

/** A statement that reads, and what it has read. */
interface Reader {
  /** The tables and columns that it names. */
  readonly names: ReadonlySet<string>;
  readonly readsAllColumns: boolean;
  readonly results: Results<unknown>;
}

/** Forgets what statements have read when another statement may change it. */
export class RememberedReads {
  readonly #readers: Reader[] = [];

  /** @param sql of the statement that reads, in Kysely's writing: with all names in quotation marks. */
  add(sql: string, results: Results<unknown>): void {
    const readsAllColumns = sql.replaceAll('count(*)', '').includes('*');
    this.#readers.push({ names: namesIn(sql), readsAllColumns, results });
  }

  /**
   * A driver calls it before each statement that writes, and not when it is committed, because who reads afterwards waits for the connection, and
   * so for the end of the transaction. Only inserts and updates keep to one table: a deletion may reach others.
   */
  noteWrite(sql: string): void {
    const { verb, table, columns } = writeOf(sql);
    if (table === undefined) {
      this.forgetAll();
      return;
    }
    for (const { names, readsAllColumns, results } of this.#readers) {
      const mayChange = verb === 'insert into' || readsAllColumns || columns.some((name) => names.has(name));
      if (names.has(table) && mayChange) results.clear();
    }
  }

  /** A driver calls it when SQLite has taken back transactions that had finished, because others may have read what they wrote. */
  forgetAll(): void {
    for (const { results } of this.#readers) results.clear();
  }
}

/** What a statement writes to. The table is undefined unless it is the only one. */
const writeOf = remember(MAX_STATEMENTS, (sql) => {
  const [, verb, table] = /^(insert into|update) "(\w+)"/.exec(sql) ?? [];
  return { verb, table, columns: [...namesIn(sql)].filter((name) => name !== table) };
});

/** The names in a statement of Kysely: of tables and of columns. */
export function namesIn(sql: string): Set<string> {
  return new Set(sql.match(/(?<=")\w+(?=")/g));
}

/** The remembered reads of each database whose driver notes the writes. Transactions are not among them, because they see their own writes. */
export const rememberedReads = new WeakMap<Database, RememberedReads>();
