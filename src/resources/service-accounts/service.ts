import { invalidAttribute, mayInGroup, mayInOrganization, userUnauthorized } from '../../http/index.ts';
import type { ApiRequest, Caller } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { AddressBlock } from '../../kernel/ip-address.ts';
import { mapPage, pageOfAll, type Page, type PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database, type Transaction } from '../../metastore/index.ts';
import type { AccessListEntry, AccessListOwner, AccessLists } from '../access-lists/index.ts';
import {
  groupRoles,
  organizationRoles,
  ownerRoles,
  requireHeldInGroup,
  requireHeldInOrganization,
} from '../api-keys/index.ts';
import type { Organizations } from '../organizations/index.ts';
import type { Projects } from '../projects/index.ts';
import { serviceAccountNotFound, serviceAccountSecretNotFound } from './errors.ts';
import {
  clientIdOf,
  idOfClient,
  newSecretText,
  suffixOf,
  type CreatedSecret,
  type GroupRoles,
  type ServiceAccount,
  type ServiceAccountChanges,
} from './model.ts';
import * as secretTable from './secret-table.ts';
import * as table from './table.ts';

const HOUR_MS = 60 * 60_000;
/** Atlas's bounds of a secret's lifetime. An organization may set a smaller upper bound. */
const MIN_SECRET_HOURS = 8;
const MAX_SECRET_HOURS = 365 * 24;
/** A new secret leaves the older ones so much time, so that their programs can change over. */
const ROTATION_MS = 7 * 24 * HOUR_MS;

export interface ServiceAccountsDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly organizations: Pick<Organizations, 'requireSettings'>;
  readonly projects: Pick<Projects, 'requireOrganizationOf'>;
  readonly accessLists: Pick<AccessLists, 'list' | 'blocksOf' | 'add' | 'remove'>;
}

export interface ServiceAccountInput {
  readonly name: string;
  readonly description: string;
  readonly roles: readonly string[];
  readonly secretExpiresAfterHours: number;
}

/** A new account with its first secret. */
export interface CreatedServiceAccount {
  readonly account: ServiceAccount;
  readonly secret: CreatedSecret;
}

/** Where an operation finds an account: in an organization, or among the accounts with roles in a project. */
export type Place = { readonly orgId: Id } | { readonly groupId: Id };

export type ServiceAccountService = ReturnType<typeof createService>;

export function createService(deps: ServiceAccountsDependencies) {
  const { database, clock, organizations, projects, accessLists } = deps;

  async function orgOf(place: Place, within: Database): Promise<Id> {
    return 'orgId' in place ? place.orgId : await projects.requireOrganizationOf(place.groupId, within);
  }

  /** @throws ApiError `SERVICE_ACCOUNT_NOT_FOUND`, also if the account has no role in the project of the place. */
  async function requireAccount(place: Place, clientId: string, within: Database = database): Promise<ServiceAccount> {
    const account = await table.selectAccount(within, await orgOf(place, within), idOfClient(clientId));
    const isThere = 'orgId' in place || account?.roles.some(({ groupId }) => groupId === place.groupId) === true;
    if (account === undefined || !isThere) throw serviceAccountNotFound(clientId);
    return account;
  }

  /** Returns the account if the caller holds all its roles, because whoever gets its secret gets its roles. */
  async function requireLesserAccount(
    caller: Caller,
    place: Place,
    clientId: string,
    transaction: Transaction,
  ): Promise<ServiceAccount> {
    const account = await requireAccount(place, clientId, transaction);
    const holds = account.roles.every(({ roleName, groupId }) =>
      groupId === undefined
        ? mayInOrganization(caller, account.orgId, [roleName])
        : mayInGroup(caller, { groupId, orgId: account.orgId }, [roleName]),
    );
    if (!holds) throw userUnauthorized();
    return account;
  }

  async function addSecret(transaction: Transaction, orgId: Id, accountId: Id, hours: number): Promise<CreatedSecret> {
    const { maxServiceAccountSecretValidityInHours: atMost = MAX_SECRET_HOURS } = await organizations.requireSettings(
      orgId,
      transaction,
    );
    if (hours < MIN_SECRET_HOURS || hours > Math.min(atMost, MAX_SECRET_HOURS)) {
      throw invalidAttribute('secretExpiresAfterHours');
    }
    const now = clock.now();
    const text = newSecretText();
    const secret: CreatedSecret = {
      id: newId(now),
      text,
      suffix: suffixOf(text),
      createdAt: now,
      expiresAt: now + hours * HOUR_MS,
      lastUsedAt: undefined,
    };
    await secretTable.shortenSecrets(transaction, accountId, now + ROTATION_MS, now);
    await secretTable.insertSecret(transaction, accountId, secret);
    return secret;
  }

  /** @param names the roles in the place, which were checked. */
  async function add(
    transaction: Transaction,
    place: Place,
    { name, description, secretExpiresAfterHours }: ServiceAccountInput,
    names: readonly string[],
  ): Promise<CreatedServiceAccount> {
    const orgId = await orgOf(place, transaction);
    const now = clock.now();
    const id = newId(now);
    describeChange({ clientId: clientIdOf(id) });
    await table.insertAccount(transaction, { id, orgId, name, description, createdAt: now });
    await table.replaceRoles(transaction, id, place, names);
    if (!('orgId' in place)) await table.replaceRoles(transaction, id, { orgId }, ['ORG_MEMBER']);
    const secret = await addSecret(transaction, orgId, id, secretExpiresAfterHours);
    return { account: await requireAccount(place, clientIdOf(id), transaction), secret };
  }

  const ownerOf = ({ id }: ServiceAccount): AccessListOwner => ({ kind: 'serviceAccount', id });

  return {
    requireAccount,

    async list(place: Place, page: PageRequest): Promise<Page<ServiceAccount>> {
      return await table.selectAccounts(database, place, page);
    },

    /** Creates an account with roles in the place. In a project it also gets the role ORG_MEMBER of its organization. */
    async create(caller: Caller, place: Place, input: ServiceAccountInput): Promise<CreatedServiceAccount> {
      const names = 'orgId' in place ? organizationRoles(input.roles) : groupRoles(input.roles);
      return await database.transaction().execute(async (transaction) => {
        const orgId = await orgOf(place, transaction);
        if ('orgId' in place) requireHeldInOrganization(caller, orgId, names);
        else requireHeldInGroup(caller, { groupId: place.groupId, orgId }, names);
        return await add(transaction, place, input, names);
      });
    },

    /** Creates the first account of a new organization, in which nobody has roles that it could exceed. */
    createFirst: async (
      transaction: Transaction,
      orgId: Id,
      input: ServiceAccountInput,
    ): Promise<CreatedServiceAccount> => await add(transaction, { orgId }, input, ownerRoles(input.roles)),

    /** Changes an account. Its roles are replaced in the place only. */
    async update(
      caller: Caller,
      place: Place,
      clientId: string,
      { roles, ...changes }: ServiceAccountChanges,
    ): Promise<ServiceAccount> {
      return await database.transaction().execute(async (transaction) => {
        const { id, orgId } = await requireLesserAccount(caller, place, clientId, transaction);
        await table.updateAccount(transaction, id, changes);
        if (roles !== undefined && 'orgId' in place) {
          const names = organizationRoles(roles);
          requireHeldInOrganization(caller, orgId, names);
          await table.replaceRoles(transaction, id, place, names);
        } else if (roles !== undefined && 'groupId' in place) {
          const names = groupRoles(roles);
          requireHeldInGroup(caller, { groupId: place.groupId, orgId }, names);
          await table.replaceRoles(transaction, id, place, names);
        }
        return await requireAccount(place, clientId, transaction);
      });
    },

    /** Deletes an account of the organization, or takes its roles in the project from it. */
    async remove(caller: Caller, place: Place, clientId: string): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        if ('orgId' in place) {
          await table.deleteAccount(transaction, (await requireAccount(place, clientId, transaction)).id);
          return;
        }
        const { id, orgId, roles } = await requireAccount(place, clientId, transaction);
        const inGroup = roles.filter(({ groupId }) => groupId === place.groupId).map(({ roleName }) => roleName);
        requireHeldInGroup(caller, { groupId: place.groupId, orgId }, inGroup);
        await table.replaceRoles(transaction, id, place, []);
      });
    },

    /** Gives an account of the organization roles in a project. */
    async invite(groupId: Id, clientId: string, roles: readonly string[]): Promise<ServiceAccount> {
      const names = groupRoles(roles);
      return await database.transaction().execute(async (transaction) => {
        const orgId = await projects.requireOrganizationOf(groupId, transaction);
        const { id } = await requireAccount({ orgId }, clientId, transaction);
        await table.replaceRoles(transaction, id, { groupId }, names);
        return await requireAccount({ groupId }, clientId, transaction);
      });
    },

    grantGroupOwner: async (transaction: Transaction, { id }: Pick<Caller, 'id'>, groupId: Id): Promise<void> => {
      await table.replaceRoles(transaction, id, { groupId }, ['GROUP_OWNER']);
    },

    /** Returns a page of the projects in which the account has roles. */
    async listGroups(orgId: Id, clientId: string, request: PageRequest): Promise<Page<GroupRoles>> {
      const { roles } = await requireAccount({ orgId }, clientId);
      const ofGroup = Map.groupBy(roles, ({ groupId = '' }) => groupId);
      const all = [...ofGroup].filter(([groupId]) => groupId !== '').toSorted(([a], [b]) => (a < b ? -1 : 1));
      return mapPage(pageOfAll(all, request), ([groupId, held]) => ({
        groupId,
        roles: held.map(({ roleName }) => roleName),
      }));
    },

    /** Adds a secret. The older ones expire within a week. */
    async createSecret(caller: Caller, place: Place, clientId: string, hours: number): Promise<CreatedSecret> {
      return await database.transaction().execute(async (transaction) => {
        const { id, orgId } = await requireLesserAccount(caller, place, clientId, transaction);
        const secret = await addSecret(transaction, orgId, id, hours);
        describeChange({ secretId: secret.id });
        return secret;
      });
    },

    async removeSecret(caller: Caller, place: Place, clientId: string, secretId: Id): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        const { id } = await requireLesserAccount(caller, place, clientId, transaction);
        if (await secretTable.deleteSecret(transaction, id, secretId)) return;
        throw serviceAccountSecretNotFound(secretId);
      });
    },

    async listAccessList(place: Place, clientId: string, page: PageRequest): Promise<Page<AccessListEntry>> {
      return await accessLists.list(ownerOf(await requireAccount(place, clientId)), page);
    },

    async addToAccessList(place: Place, clientId: string, blocks: readonly AddressBlock[]): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        await accessLists.add(transaction, ownerOf(await requireAccount(place, clientId, transaction)), blocks);
      });
    },

    async removeFromAccessList(
      place: Place,
      clientId: string,
      address: string,
      sender: Pick<ApiRequest, 'caller' | 'address'>,
    ): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        const owner = ownerOf(await requireAccount(place, clientId, transaction));
        await accessLists.remove(transaction, owner, address, sender);
      });
    },
  };
}
