import type { Selectable } from 'kysely';
import type { Id } from '../../kernel/ids.ts';
import { blockText, parseAddressBlock, type AddressBlock } from '../../kernel/ip-address.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import {
  rememberedRead,
  selectPage,
  storedValue,
  type Database,
  type Schema,
  type Transaction,
} from '../../metastore/index.ts';
import type { AccessListEntry, AccessListOwner } from './model.ts';

export async function insertEntry(
  transaction: Transaction,
  owner: AccessListOwner,
  entry: Pick<AccessListEntry, 'id' | 'block' | 'createdAt'>,
): Promise<void> {
  await transaction
    .insertInto('access_list_entries')
    .values({
      id: entry.id,
      ...{ api_key_id: null, service_account_id: null, [columnOf(owner)]: owner.id },
      address_block: blockText(entry.block),
      created_at: entry.createdAt,
    })
    .execute();
}

export async function deleteEntry(transaction: Transaction, id: Id): Promise<void> {
  await transaction.deleteFrom('access_list_entries').where('id', '=', id).execute();
}

/** Returns a page of the owner's entries, oldest first. */
export async function selectEntries(
  database: Database,
  owner: AccessListOwner,
  page: PageRequest,
): Promise<Page<AccessListEntry>> {
  const query = ofOwner(database, owner).selectAll().orderBy('id');
  return await selectPage(database, query, page, (rows) => rows.map(entryOf));
}

/** Returns all entries of the owner, in any order, because SQLite would plan a query with an order anew for each owner. */
export async function selectAllEntries(database: Database, owner: AccessListOwner): Promise<AccessListEntry[]> {
  return (await readEntries[owner.kind](database, owner.id)).map(entryOf);
}

const readEntries = {
  apiKey: rememberedRead((database, id: Id) => ofOwner(database, { kind: 'apiKey', id }).selectAll()),
  serviceAccount: rememberedRead((database, id: Id) => ofOwner(database, { kind: 'serviceAccount', id }).selectAll()),
};

/** Adds uses to an entry, if it still exists. */
export async function addUses(
  transaction: Transaction,
  owner: AccessListOwner,
  block: AddressBlock,
  uses: { readonly count: number; readonly at: number; readonly address: string },
): Promise<void> {
  await transaction
    .updateTable('access_list_entries')
    .set(({ eb }) => ({
      use_count: eb('use_count', '+', uses.count),
      last_used_at: uses.at,
      last_used_address: uses.address,
    }))
    .where(columnOf(owner), '=', owner.id)
    .where('address_block', '=', blockText(block))
    .execute();
}

function columnOf({ kind }: AccessListOwner): 'api_key_id' | 'service_account_id' {
  return kind === 'apiKey' ? 'api_key_id' : 'service_account_id';
}

function ofOwner(database: Database, owner: AccessListOwner) {
  return database.selectFrom('access_list_entries').where(columnOf(owner), '=', owner.id);
}

function entryOf(row: Selectable<Schema['access_list_entries']>): AccessListEntry {
  const { last_used_at: at, last_used_address: address } = row;
  return {
    id: row.id,
    block: storedValue('access_list_entries.address_block', readBlock, row.address_block),
    createdAt: row.created_at,
    useCount: row.use_count,
    lastUse: at === null || address === null ? undefined : { at, address },
  };
}

function readBlock(text: string): AddressBlock {
  const block = parseAddressBlock(text);
  if (block === undefined) throw new Error('it is no block of addresses');
  return block;
}
