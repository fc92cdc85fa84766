import {
  OrderByItemNode,
  OrderByNode,
  RawNode,
  SelectQueryNode,
  type KyselyPlugin,
  type SelectQueryBuilder,
} from 'kysely';
import type { Page, PageRequest } from '../kernel/page.ts';
import type { Database, Transaction } from './database.ts';
import { rememberedCount } from './remembered-counts.ts';
import type { Schema } from './schema.ts';

/**
 * Reads one page of a query's rows and counts all of its rows. Both run in one transaction, because they must match. The page is read from the
 * nearer end of the list, because SQLite steps over the rows before it.
 * @param query selects the whole list in a stable order.
 * @param read converts the rows of the page to results. It makes further queries in the transaction.
 * @param options.asksForNow whether the query has the present time in it: its count is counted each time, because nobody asks for it again.
 */
export async function selectPage<Tables extends keyof Schema, Row, Result>(
  database: Database,
  query: SelectQueryBuilder<Schema, Tables, Row>,
  { offset, itemsPerPage }: PageRequest,
  read: (rows: readonly Row[], transaction: Transaction) => readonly Result[] | Promise<readonly Result[]>,
  { asksForNow = false }: { readonly asksForNow?: boolean } = {},
): Promise<Page<Result>> {
  const count = query
    .clearSelect()
    .clearOrderBy()
    .select(({ fn }) => fn.countAll().as('total'))
    .compile();
  return await database.transaction().execute(async (transaction) => {
    const countNow = async (): Promise<number> => {
      const { rows } = await transaction.executeQuery(count);
      return Number(rows[0]?.total ?? 0);
    };
    const totalCount = asksForNow ? await countNow() : await rememberedCount(database, count, countNow);
    const selected = async (from: typeof query, after: number, limit: number): Promise<readonly Row[]> =>
      (await transaction.executeQuery(from.limit(limit).offset(after))).rows;

    const end = Math.min(offset + itemsPerPage, totalCount);
    const behind = totalCount - end;
    const rows =
      offset <= behind
        ? await selected(query, offset, itemsPerPage)
        : (await selected(query.withPlugin(REVERSED), behind, Math.max(end - offset, 0))).toReversed();
    return { results: await read(rows, transaction), totalCount };
  });
}

/** Reverses the order of a query. */
const REVERSED: KyselyPlugin = {
  transformQuery: ({ node }) =>
    SelectQueryNode.is(node) && node.orderBy !== undefined
      ? { ...node, orderBy: OrderByNode.create(node.orderBy.items.map(reversed)) }
      : node,
  transformResult: ({ result }) => Promise.resolve(result),
};

function reversed(item: OrderByItemNode): OrderByItemNode {
  const { direction } = item;
  const isDescending = direction !== undefined && RawNode.is(direction) && direction.sqlFragments.join() === 'desc';
  return OrderByItemNode.cloneWith(item, { direction: RawNode.createWithSql(isDescending ? 'asc' : 'desc') });
}
