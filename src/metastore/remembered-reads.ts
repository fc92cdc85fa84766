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

/** A reference of a table whose rows a deletion changes, too: it deletes them, or empties the column. */
export interface ActiveReference {
  readonly table: string;
  readonly to: string;
}

/** Forgets what statements have read when another statement may change it. */
export class RememberedReads {
  readonly #readers: Reader[] = [];
  readonly #references: () => readonly ActiveReference[];
  /** The tables that a deletion from a table changes, by the table. */
  readonly #reached = new Map<string, ReadonlySet<string>>();

  /** @param references reads those of the present schema. */
  constructor(references: () => readonly ActiveReference[]) {
    this.#references = references;
  }

  /** @param sql of the statement that reads, in Kysely's writing: with all names in quotation marks. */
  add(sql: string, results: Results<unknown>): void {
    const readsAllColumns = sql.replaceAll('count(*)', '').includes('*');
    this.#readers.push({ names: namesIn(sql), readsAllColumns, results });
  }

  /**
   * A driver calls it before each statement that writes, and not when it is committed, because who reads afterwards waits for the connection, and
   * so for the end of the transaction. Inserts and updates keep to one table, and a deletion reaches those that refer to it.
   */
  noteWrite(sql: string): void {
    const { verb, table, columns } = writeOf(sql);
    if (table === undefined) {
      // It may be a migration.
      this.#reached.clear();
      this.forgetAll();
      return;
    }
    if (verb === 'delete from') {
      const reached = this.#reachedFrom(table);
      for (const { names, results } of this.#readers) if (namesOneOf(names, reached)) results.clear();
      return;
    }
    for (const { names, readsAllColumns, results } of this.#readers) {
      const mayChange = verb === 'insert into' || readsAllColumns || columns.some((name) => names.has(name));
      if (names.has(table) && mayChange) results.clear();
    }
  }

  #reachedFrom(table: string): ReadonlySet<string> {
    let reached = this.#reached.get(table);
    if (reached === undefined) {
      reached = reachedBy(table, this.#references());
      this.#reached.set(table, reached);
    }
    return reached;
  }

  /** A driver calls it when SQLite has taken back transactions that had finished, because others may have read what they wrote. */
  forgetAll(): void {
    for (const { results } of this.#readers) results.clear();
  }
}

function namesOneOf(names: ReadonlySet<string>, tables: ReadonlySet<string>): boolean {
  return [...tables].some((table) => names.has(table));
}

function reachedBy(table: string, references: readonly ActiveReference[]): ReadonlySet<string> {
  const reached = new Set([table]);
  // A set also yields what is added while it is gone through.
  for (const each of reached)
    for (const { table: referring, to } of references) if (to === each) reached.add(referring);
  return reached;
}

/** What a statement writes to. The table is undefined unless it is the only one. */
const writeOf = remember(MAX_STATEMENTS, (sql) => {
  const [, verb, table] = /^(insert into|update|delete from) "(\w+)"/.exec(sql) ?? [];
  return { verb, table, columns: [...namesIn(sql)].filter((name) => name !== table) };
});

/** The names in a statement of Kysely: of tables and of columns. */
export function namesIn(sql: string): Set<string> {
  return new Set(sql.match(/(?<=")\w+(?=")/g));
}

/** The remembered reads of each database whose driver notes the writes. Transactions are not among them, because they see their own writes. */
export const rememberedReads = new WeakMap<Database, RememberedReads>();
