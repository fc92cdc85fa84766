import type SqliteDatabase from 'better-sqlite3';
import { remember } from '../kernel/remember.ts';
import { diskFault } from './disk-faults.ts';

/** More than the program has statements. Those with lists of values differ by the length of the list, so their number has no limit. */
export const MAX_STATEMENTS = 500;

/** What a statement did. */
export interface StatementResult<Row> {
  readonly rows: Row[];
  /** The number of rows that it changed; undefined for a statement that returns rows. */
  readonly changes: number | undefined;
}

/** Runs statements of a SQLite file. A statement is prepared once, because preparing takes longer than a small query. */
export class StatementCache {
  readonly #file: SqliteDatabase.Database;
  readonly #prepared: (sql: string) => SqliteDatabase.Statement;

  constructor(file: SqliteDatabase.Database) {
    this.#file = file;
    this.#prepared = remember(MAX_STATEMENTS, (sql) => file.prepare(sql));
  }

  /** Whether a statement may change the database. @throws as `run` does. */
  writes(sql: string): boolean {
    return this.#guarded(() => !this.#prepared(sql).readonly);
  }

  /** @throws what SQLite throws, and for a faulty disk the AppErrors of `diskFault`. */
  run<Row>(sql: string, parameters: readonly unknown[]): StatementResult<Row> {
    return this.#guarded(() => {
      const statement = this.#prepared(sql);
      if (statement.reader) return { rows: statement.all(...parameters) as Row[], changes: undefined };
      return { rows: [], changes: statement.run(...parameters).changes };
    });
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (thrown) {
      throw diskFault(this.#file, thrown) ?? thrown;
    }
  }
}
