import type { SelectQueryBuilder } from 'kysely';
import type { Page, PageRequest } from '../kernel/page.ts';
import type { Database, Transaction } from './database.ts';
import { rememberedCount } from './remembered-counts.ts';
import type { Schema } from './schema.ts';

/**
 * Reads one page of a query's rows and counts all of its rows. Both run in one transaction, because they must match.
 * @param query selects the whole list in a stable order.
 * @param read converts the rows of the page to results. It makes further queries in the transaction.
 */
export async function selectPage<Tables extends keyof Schema, Row, Result>(
  database: Database,
  query: SelectQueryBuilder<Schema, Tables, Row>,
  page: PageRequest,
  read: (rows: readonly Row[], transaction: Transaction) => readonly Result[] | Promise<readonly Result[]>,
): Promise<Page<Result>> {
  const count = query
    .clearSelect()
    .clearOrderBy()
    .select(({ fn }) => fn.countAll().as('total'))
    .compile();
  return await database.transaction().execute(async (transaction) => {
    const { rows } = await transaction.executeQuery(query.limit(page.itemsPerPage).offset(page.offset));
    const totalCount = await rememberedCount(database, count, async () => {
      const { rows: counts } = await transaction.executeQuery(count);
      return Number(counts[0]?.total ?? 0);
    });
    return { results: await read(rows, transaction), totalCount };
  });
}
