import { isDeepStrictEqual } from 'node:util';
import type { Compilable, CompiledQuery } from 'kysely';
import type { Database } from './database.ts';

/**
 * Makes a read whose statement is built and compiled at its first call only. Use it for what every request reads, because Kysely takes longer to
 * make a small statement than SQLite takes to run it.
 * @param build makes the query. Each of its parameters must become one parameter of the statement, in the same order.
 */
export function compiledOnce<Parameters extends readonly string[], Row>(
  build: (database: Database, ...parameters: Parameters) => Compilable<Row>,
): (database: Database, ...parameters: Parameters) => Promise<readonly Row[]> {
  let compiled: CompiledQuery<Row> | undefined;
  return async (database, ...parameters) => {
    compiled ??= compile(build(database, ...parameters), parameters);
    return (await database.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}

function compile<Row>(query: Compilable<Row>, parameters: readonly string[]): CompiledQuery<Row> {
  const compiled = query.compile();
  if (compiled.query.kind !== 'SelectQueryNode' || !isDeepStrictEqual(compiled.parameters, parameters)) {
    throw new Error(`this is no read with the parameters of its function in their order: ${compiled.sql}`);
  }
  return compiled;
}
