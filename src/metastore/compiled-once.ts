import { isDeepStrictEqual } from 'node:util';
import type { Compilable, CompiledQuery, InsertObject } from 'kysely';
import type { Database } from './database.ts';
import { rememberedReads, Results, type RememberedReads } from './remembered-reads.ts';
import type { Schema } from './schema.ts';

/** What the statements of `compiledOnce` take. */
type Parameter = string | null;

/**
 * Makes a statement that is built and compiled at its first call only. Use it for what many requests do, because Kysely takes longer to make a
 * small statement than SQLite takes to run it.
 * @param build makes the query. It is called with names in place of the parameters, and must put each of them into the query, unchanged.
 */
export function compiledOnce<Parameters extends readonly Parameter[], Row>(
  build: (database: Database, ...parameters: Parameters) => Compilable<Row>,
): (database: Database, ...parameters: Parameters) => Promise<readonly Row[]>;
export function compiledOnce<Row>(build: Build<Row>): Run<Row> {
  const statement = new CompiledStatement(build);
  return async (database, ...parameters) => (await database.executeQuery(statement.query(database, parameters))).rows;
}

/**
 * Makes a statement like `compiledOnce` whose rows are remembered until a table that it reads is written to. Use it for what nearly every request
 * reads and few requests change. Within a transaction it reads each time.
 */
export function rememberedRead<Parameters extends readonly Parameter[], Row>(
  build: (database: Database, ...parameters: Parameters) => Compilable<Row>,
): (database: Database, ...parameters: Parameters) => Promise<readonly Row[]>;
export function rememberedRead<Row>(build: Build<Row>): Run<Row> {
  const statement = new CompiledStatement(build);
  const resultsOf = new WeakMap<RememberedReads, Results<Promise<readonly Row[]>>>();

  const execute = async (database: Database, query: CompiledQuery<Row>): Promise<readonly Row[]> =>
    (await database.executeQuery(query)).rows;

  return async (database, ...parameters) => {
    const reads = rememberedReads.get(database);
    if (reads === undefined) return await execute(database, statement.query(database, parameters));
    const key = JSON.stringify(parameters);
    const known = resultsOf.get(reads)?.get(key);
    if (known !== undefined) return await known;

    const query = statement.query(database, parameters);
    let results = resultsOf.get(reads);
    if (results === undefined) {
      results = new Results();
      resultsOf.set(reads, results);
      reads.add(query.sql, results);
    }
    // Kept before it ends, because a write in the meantime must forget it.
    const reading = execute(database, query);
    results.set(key, reading);
    try {
      return await reading;
    } catch (thrown) {
      if (results.get(key) === reading) results.delete(key);
      throw thrown;
    }
  };
}

type Build<Row> = (database: Database, ...names: readonly string[]) => Compilable<Row>;
type Run<Row> = (database: Database, ...parameters: readonly Parameter[]) => Promise<readonly Row[]>;

class CompiledStatement<Row> {
  readonly #build: Build<Row>;
  #compiled: CompiledQuery<Row> | undefined;
  /** For each place in the statement the number of its parameter, or -1 for a constant. */
  #places: readonly number[] = [];

  constructor(build: Build<Row>) {
    this.#build = build;
  }

  query(database: Database, parameters: readonly Parameter[]): CompiledQuery<Row> {
    const compiled = (this.#compiled ??= this.#compile(database, parameters.length));
    const values = this.#places.map((index, place) => (index === -1 ? compiled.parameters[place] : parameters[index]));
    return { ...compiled, parameters: values };
  }

  #compile(database: Database, parameters: number): CompiledQuery<Row> {
    const names = Array.from({ length: parameters }, (_, index) => `parameter ${index}`);
    const made = this.#build(database, ...names).compile();
    this.#places = made.parameters.map((value) => names.findIndex((name) => name === value));
    // A text that is no name may be a name that `build` has changed.
    const isChanged = made.parameters.some((value, place) => typeof value === 'string' && this.#places[place] === -1);
    if (isChanged || names.some((_, index) => !this.#places.includes(index))) {
      throw new Error(`this statement has other parameters than its function: ${made.sql}`);
    }
    return made;
  }
}

/** Makes the insert of one row into a table. Its statement is compiled once for each set of columns, for the reason above. */
export function compiledInsert<Table extends keyof Schema>(
  table: Table,
): (database: Database, row: InsertObject<Schema, Table>) => Promise<void> {
  const statements = new Map<string, CompiledQuery>();
  return async (database, row) => {
    const columns = Object.keys(row).join();
    const parameters: readonly unknown[] = Object.values(row);
    let compiled = statements.get(columns);
    if (compiled === undefined) {
      compiled = database.insertInto(table).values(row).compile();
      if (!isDeepStrictEqual(compiled.parameters, parameters)) {
        throw new Error(`this insert needs values for all of its columns: ${compiled.sql}`);
      }
      statements.set(columns, compiled);
    }
    await database.executeQuery({ ...compiled, parameters });
  };
}
