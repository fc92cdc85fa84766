import { isDeepStrictEqual } from 'node:util';
import type { Compilable, CompiledQuery, InsertObject } from 'kysely';
import type { Database } from './database.ts';
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
export function compiledOnce<Row>(
  build: (database: Database, ...names: readonly string[]) => Compilable<Row>,
): (database: Database, ...parameters: readonly Parameter[]) => Promise<readonly Row[]> {
  let compiled: CompiledQuery<Row> | undefined;
  /** For each place in the statement the number of its parameter, or -1 for a constant. */
  let places: readonly number[] = [];
  return async (database, ...parameters) => {
    if (compiled === undefined) {
      const names = parameters.map((_, index) => `parameter ${index}`);
      const made = build(database, ...names).compile();
      places = made.parameters.map((value) => names.findIndex((name) => name === value));
      // A text that is no name may be a name that `build` has changed.
      const isChanged = made.parameters.some((value, place) => typeof value === 'string' && places[place] === -1);
      if (isChanged || names.some((_, index) => !places.includes(index))) {
        throw new Error(`this statement has other parameters than its function: ${made.sql}`);
      }
      compiled = made;
    }
    const { parameters: constants } = compiled;
    const values = places.map((index, place) => (index === -1 ? constants[place] : parameters[index]));
    return (await database.executeQuery<Row>({ ...compiled, parameters: values })).rows;
  };
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
