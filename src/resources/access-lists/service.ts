import type { ApiRequest } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { blockText, containsAddress, parseAddressBlock, type AddressBlock } from '../../kernel/ip-address.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database, type Transaction } from '../../metastore/index.ts';
import {
  accessListFull,
  addressAlreadyInAccessList,
  addressNotInAccessList,
  cannotRemoveCallerFromAccessList,
} from './errors.ts';
import type { AccessListEntry, AccessListOwner } from './model.ts';
import * as table from './table.ts';
import type { AccessListUses } from './uses.ts';

const MAX_ENTRIES = 200;

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly uses: AccessListUses;
}

/** The rules of the access lists of callers. The slices of the owners check who may call them. */
export function createService({ database, clock, uses }: ServiceDependencies) {
  async function requireEntry(
    owner: AccessListOwner,
    addressText: string,
    within: Database = database,
  ): Promise<AccessListEntry> {
    const wanted = parseAddressBlock(addressText);
    const entries = wanted === undefined ? [] : await table.selectAllEntries(within, owner);
    const entry = wanted && entries.find(({ block }) => blockText(block) === blockText(wanted));
    if (entry === undefined) throw addressNotInAccessList(addressText);
    return entry;
  }

  return {
    /** Returns the entries, oldest first, with all uses up to now. */
    async list(owner: AccessListOwner, page: PageRequest): Promise<Page<AccessListEntry>> {
      await uses.write();
      return await table.selectEntries(database, owner, page);
    },

    /** @throws ApiError `ADDRESS_NOT_IN_ACCESS_LIST` */
    async find(owner: AccessListOwner, addressText: string): Promise<AccessListEntry> {
      await uses.write();
      return await requireEntry(owner, addressText);
    },

    /** Returns the blocks of a list, for the check of requests. */
    blocksOf: async (owner: AccessListOwner, within: Database = database): Promise<readonly AddressBlock[]> =>
      (await table.selectAllEntries(within, owner)).map(({ block }) => block),

    /**
     * Adds all blocks or none.
     * @throws ApiError `ADDRESS_ALREADY_IN_ACCESS_LIST`, `ACCESS_LIST_FULL`
     */
    async add(transaction: Transaction, owner: AccessListOwner, blocks: readonly AddressBlock[]): Promise<void> {
      const known = new Set((await table.selectAllEntries(transaction, owner)).map(({ block }) => blockText(block)));
      if (known.size + blocks.length > MAX_ENTRIES) throw accessListFull(MAX_ENTRIES);
      describeChange({ accessListEntry: blocks.map(blockText).join() });
      for (const block of blocks) {
        if (known.has(blockText(block))) throw addressAlreadyInAccessList(blockText(block));
        known.add(blockText(block));
        const now = clock.now();
        await table.insertEntry(transaction, owner, { id: newId(now), block, createdAt: now });
      }
    },

    /**
     * Removes an entry. A caller cannot remove the address that it sends from, because it would lock itself out.
     * @throws ApiError `ADDRESS_NOT_IN_ACCESS_LIST`, `CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST`
     */
    async remove(
      transaction: Transaction,
      owner: AccessListOwner,
      addressText: string,
      { caller, address }: Pick<ApiRequest, 'caller' | 'address'>,
    ): Promise<void> {
      const entry = await requireEntry(owner, addressText, transaction);
      const others = (await table.selectAllEntries(transaction, owner)).filter(({ id }) => id !== entry.id);
      if (
        isOwn(owner, caller.id) &&
        !containsAddress(
          others.map(({ block }) => block),
          address,
        )
      ) {
        throw cannotRemoveCallerFromAccessList();
      }
      describeChange({ accessListEntry: blockText(entry.block) });
      await table.deleteEntry(transaction, entry.id);
    },
  };
}

function isOwn(owner: AccessListOwner, callerId: Id): boolean {
  return owner.id === callerId;
}
