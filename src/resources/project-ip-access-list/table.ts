import type { Selectable } from 'kysely';
import type { Id } from '../../kernel/ids.ts';
import { blockText, parseAddressBlock } from '../../kernel/ip-address.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { selectPage, type Database, type Schema, type Transaction } from '../../metastore/index.ts';
import type { Connectable, ProjectAccessEntry } from './model.ts';

/** Returns the text that identifies an entry in its project: CIDR notation, or the id of the security group. */
export function entryKey(from: Connectable): string {
  return 'block' in from ? blockText(from.block) : from.awsSecurityGroup;
}

/** Inserts an entry, or replaces the entry for the same addresses. */
export async function upsertEntry(transaction: Transaction, entry: ProjectAccessEntry): Promise<void> {
  const changeable = { comment: entry.comment ?? null, delete_after: entry.deleteAfter ?? null };
  await transaction
    .insertInto('project_ip_access_list')
    .values({ group_id: entry.groupId, entry: entryKey(entry.from), created_at: entry.createdAt, ...changeable })
    .onConflict((conflict) => conflict.columns(['group_id', 'entry']).doUpdateSet(changeable))
    .execute();
}

/** @returns false if there was no such entry. */
export async function deleteEntry(transaction: Transaction, groupId: Id, key: string): Promise<boolean> {
  const result = await transaction
    .deleteFrom('project_ip_access_list')
    .where('group_id', '=', groupId)
    .where('entry', '=', key)
    .executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}

/** Deletes the entries of the project whose time is over. */
export async function deleteExpired(transaction: Transaction, groupId: Id, now: number): Promise<void> {
  await transaction
    .deleteFrom('project_ip_access_list')
    .where('group_id', '=', groupId)
    .where('delete_after', '<=', now)
    .execute();
}

export async function countEntries(database: Database, groupId: Id): Promise<number> {
  const { total } = await database
    .selectFrom('project_ip_access_list')
    .select(({ fn }) => fn.countAll().as('total'))
    .where('group_id', '=', groupId)
    .executeTakeFirstOrThrow();
  return Number(total);
}

export async function selectEntry(
  database: Database,
  groupId: Id,
  key: string,
  now: number,
): Promise<ProjectAccessEntry | undefined> {
  const row = await valid(database, groupId, now).selectAll().where('entry', '=', key).executeTakeFirst();
  return row && entryOf(row);
}

/** Returns a page of the entries whose time is not over, oldest first. */
export async function selectEntries(
  database: Database,
  groupId: Id,
  now: number,
  page: PageRequest,
): Promise<Page<ProjectAccessEntry>> {
  const query = valid(database, groupId, now).selectAll().orderBy('created_at').orderBy('entry');
  return await selectPage(database, query, page, (rows) => rows.map(entryOf), { asksForNow: true });
}

function valid(database: Database, groupId: Id, now: number) {
  return database
    .selectFrom('project_ip_access_list')
    .where('group_id', '=', groupId)
    .where((is) => is.or([is('delete_after', 'is', null), is('delete_after', '>', now)]));
}

function entryOf(row: Selectable<Schema['project_ip_access_list']>): ProjectAccessEntry {
  const block = parseAddressBlock(row.entry);
  return {
    groupId: row.group_id,
    from: block === undefined ? { awsSecurityGroup: row.entry } : { block },
    comment: row.comment ?? undefined,
    deleteAfter: row.delete_after ?? undefined,
    createdAt: row.created_at,
  };
}
