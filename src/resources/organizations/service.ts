import type { Caller } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { isForeignKeyViolation, type Database, type Transaction } from '../../metastore/index.ts';
import { orgNotEmpty, orgNotFound } from './errors.ts';
import type {
  NewOrganization,
  Organization,
  OrganizationChanges,
  OrganizationSettings,
  SettingsChanges,
} from './model.ts';
import * as table from './table.ts';

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

export type OrganizationService = ReturnType<typeof createService>;

export function createService({ database, clock }: ServiceDependencies) {
  async function addOrganization(transaction: Transaction, input: NewOrganization): Promise<Organization> {
    const now = clock.now();
    const organization = { skipDefaultAlertsSettings: false, ...input, id: newId(now), createdAt: now };
    await table.insertOrganization(transaction, organization);
    return organization;
  }

  /** @throws ApiError `ORG_NOT_FOUND` */
  async function requireOrganization(orgId: Id, within: Database = database): Promise<Organization> {
    const organization = await table.selectOrganization(within, orgId);
    if (organization === undefined) throw orgNotFound(orgId);
    return organization;
  }

  /** @throws ApiError `ORG_NOT_FOUND` */
  async function requireSettings(orgId: Id, within: Database = database): Promise<OrganizationSettings> {
    const settings = await table.selectSettings(within, orgId);
    if (settings === undefined) throw orgNotFound(orgId);
    return settings;
  }

  return {
    addOrganization,
    requireOrganization,
    requireSettings,

    async updateSettings(orgId: Id, { others = {}, ...changes }: SettingsChanges): Promise<OrganizationSettings> {
      return await database.transaction().execute(async (transaction) => {
        const before = await requireSettings(orgId, transaction);
        const settings = { ...before, ...changes, others: { ...before.others, ...others } };
        await table.updateSettings(transaction, orgId, settings);
        return settings;
      });
    },

    /** Creates an organization. @param alongside writes more in the same transaction. */
    async create<T>(
      input: NewOrganization,
      alongside: (transaction: Transaction, organization: Organization) => Promise<T>,
    ): Promise<{ organization: Organization; made: T }> {
      return await database.transaction().execute(async (transaction) => {
        const organization = await addOrganization(transaction, input);
        return { organization, made: await alongside(transaction, organization) };
      });
    },

    async update(orgId: Id, changes: OrganizationChanges): Promise<Organization> {
      return await database.transaction().execute(async (transaction) => {
        if (!(await table.updateOrganization(transaction, orgId, changes))) throw orgNotFound(orgId);
        return await requireOrganization(orgId, transaction);
      });
    },

    /** Removes an organization and its API keys. @throws ApiError `ORG_NOT_FOUND`, `ORG_NOT_EMPTY` */
    async remove(orgId: Id): Promise<void> {
      try {
        await database.transaction().execute(async (transaction) => {
          if (!(await table.deleteOrganization(transaction, orgId))) throw orgNotFound(orgId);
        });
      } catch (thrown) {
        if (isForeignKeyViolation(thrown)) throw orgNotEmpty(orgId);
        throw thrown;
      }
    },

    /** Returns a page of the caller's organizations. */
    async list(caller: Caller, namePrefix: string, page: PageRequest): Promise<Page<Organization>> {
      const orgIds = caller.roles.flatMap(({ orgId }) => orgId ?? []);
      return await table.selectOrganizations(database, [...new Set([caller.orgId, ...orgIds])], namePrefix, page);
    },
  };
}
