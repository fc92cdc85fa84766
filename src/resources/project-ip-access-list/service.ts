import { invalidAttribute } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database } from '../../metastore/index.ts';
import { accessListFull } from '../access-lists/index.ts';
import { networkPermissionEntryNotFound } from './errors.ts';
import type { ProjectAccessEntry } from './model.ts';
import * as table from './table.ts';

const MAX_ENTRIES = 200;
/** Atlas keeps temporary entries for a week at most. */
const MAX_LIFETIME_MS = 7 * 24 * 60 * 60_000;

export interface ProjectIpAccessListDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

export type ProjectIpAccessListService = ReturnType<typeof createService>;

export function createService({ database, clock }: ProjectIpAccessListDependencies) {
  return {
    async list(groupId: Id, page: PageRequest): Promise<Page<ProjectAccessEntry>> {
      return await table.selectEntries(database, groupId, clock.now(), page);
    },

    /**
     * Adds entries. An entry for addresses that are on the list replaces the comment and the time of the old one.
     * @throws ApiError `INVALID_ATTRIBUTE`, `ACCESS_LIST_FULL`
     */
    async add(groupId: Id, entries: readonly Omit<ProjectAccessEntry, 'groupId' | 'createdAt'>[]): Promise<void> {
      const now = clock.now();
      for (const { deleteAfter = now + 1 } of entries) {
        if (deleteAfter <= now || deleteAfter > now + MAX_LIFETIME_MS) throw invalidAttribute('deleteAfterDate');
      }
      await database.transaction().execute(async (transaction) => {
        describeChange({ accessListEntry: entries.map(({ from }) => table.entryKey(from)).join() });
        await table.deleteExpired(transaction, groupId, now);
        for (const entry of entries) await table.upsertEntry(transaction, { ...entry, groupId, createdAt: now });
        if ((await table.countEntries(transaction, groupId)) > MAX_ENTRIES) throw accessListFull(MAX_ENTRIES);
      });
    },

    /** @param key as `entryKey` makes it. @throws ApiError `ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND` */
    async find(groupId: Id, key: string): Promise<ProjectAccessEntry> {
      const entry = await table.selectEntry(database, groupId, key, clock.now());
      if (entry === undefined) throw networkPermissionEntryNotFound(key, groupId);
      return entry;
    },

    async remove(groupId: Id, key: string): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        await table.deleteExpired(transaction, groupId, clock.now());
        if (!(await table.deleteEntry(transaction, groupId, key))) throw networkPermissionEntryNotFound(key, groupId);
      });
    },
  };
}
