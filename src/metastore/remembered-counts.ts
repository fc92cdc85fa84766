import type { CompiledQuery } from 'kysely';
import type { Database } from './database.ts';
import { namesIn, rememberedReads, Results, type RememberedReads } from './remembered-reads.ts';

/** The counts of each database, by the names in their queries, and then by query. Queries differ by more than that: by the length of a list of values. */
const countsOf = new WeakMap<RememberedReads, Map<string, Results<number>>>();

/**
 * Returns the count of a query, which is kept until a table of the query is written to, because SQLite steps over every row that it counts.
 * @param count counts, in a transaction that writes nothing, so that nobody writes until the count is kept.
 */
export async function rememberedCount(
  database: Database,
  { sql, parameters }: CompiledQuery,
  count: () => Promise<number>,
): Promise<number> {
  const reads = rememberedReads.get(database);
  if (reads === undefined) return await count();
  const counts = countsWithNames(reads, sql);
  const key = JSON.stringify([sql, ...parameters]);
  const known = counts.get(key);
  if (known !== undefined) return known;
  const counted = await count();
  counts.set(key, counted);
  return counted;
}

function countsWithNames(reads: RememberedReads, sql: string): Results<number> {
  let all = countsOf.get(reads);
  if (all === undefined) {
    all = new Map();
    countsOf.set(reads, all);
  }
  const names = [...namesIn(sql)].sort().join();
  let counts = all.get(names);
  if (counts === undefined) {
    counts = new Results<number>();
    all.set(names, counts);
    reads.add(sql, counts);
  }
  return counts;
}
