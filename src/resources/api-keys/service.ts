import { ha1, type ApiKeyCaller, type ApiRequest, type Caller, type KnownKey } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { AddressBlock } from '../../kernel/ip-address.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Sealer } from '../../kernel/sealing.ts';
import { describeChange, type Database, type Transaction } from '../../metastore/index.ts';
import type { AccessListEntry, AccessLists } from '../access-lists/index.ts';
import type { Projects } from '../projects/index.ts';
import { newPrivateKey, newPublicKey, suffixOf, type ApiKey, type CreatedApiKey, type NewApiKey } from './model.ts';
import { apiKeyNotFound, cannotRemoveLastOrgOwnerKey } from './errors.ts';
import { groupRoles, organizationRoles, ownerRoles, requireHeldInGroup, requireHeldInOrganization } from './roles.ts';
import * as table from './table.ts';

export interface ApiKeysDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly projects: Pick<Projects, 'requireOrganizationOf'>;
  readonly accessLists: Pick<AccessLists, 'list' | 'find' | 'blocksOf' | 'add' | 'remove'>;
}

export interface KeyInput {
  readonly desc: string;
  readonly roles: readonly string[];
}

/** The attributes of a change. An absent attribute keeps its value. */
export interface KeyChanges {
  readonly desc?: string;
  readonly roles?: readonly string[];
}

/** The purpose of a sealed text that is opened if the key does not exist. */
const NOBODY = 'HA1 of nobody';

export type ApiKeyService = ReturnType<typeof createService>;

export function createService({ database, clock, sealer, projects, accessLists }: ApiKeysDependencies) {
  const nobodysSealedHa1 = sealer.seal(ha1('', ''), NOBODY);

  /** @throws ApiError `API_KEY_NOT_FOUND` */
  async function requireKey(orgId: Id, id: Id, within: Database = database): Promise<ApiKey> {
    const key = await table.selectKey(within, orgId, id);
    if (key === undefined) throw apiKeyNotFound(id);
    return key;
  }

  /** Creates a key. The roles must be checked. */
  async function addKey(transaction: Transaction, input: NewApiKey): Promise<CreatedApiKey> {
    const { orgId, description, group } = input;
    const now = clock.now();
    const privateKey = newPrivateKey();
    const publicKey = newPublicKey();
    const key = { id: newId(now), orgId, publicKey, description, createdAt: now };
    const sealedHa1 = sealer.seal(ha1(publicKey, privateKey), purposeOf(key.id));
    describeChange({ apiUserId: key.id, targetPublicKey: publicKey });
    await table.insertKey(transaction, { ...key, privateKeySuffix: suffixOf(privateKey), roles: [] }, sealedHa1);
    await table.insertRoles(transaction, key.id, { orgId }, input.organizationRoles);
    if (group !== undefined) await table.insertRoles(transaction, key.id, { groupId: group.groupId }, group.roles);
    return { ...(await requireKey(orgId, key.id, transaction)), privateKey };
  }

  // Without an owner nobody could manage the organization.
  async function requireOtherOwner(transaction: Transaction, key: ApiKey): Promise<void> {
    if (!key.roles.some(({ orgId, roleName }) => orgId === key.orgId && roleName === 'ORG_OWNER')) return;
    if ((await table.countOthersWithRole(transaction, key.id, key.orgId, 'ORG_OWNER')) > 0) return;
    throw cannotRemoveLastOrgOwnerKey(key.id);
  }

  return {
    addKey,

    /** Does equal work for known and unknown keys, because the time must not reveal which keys exist. */
    lookupKey: async (publicKey: string): Promise<KnownKey | undefined> => {
      const found = await table.selectKeyToVerify(database, publicKey);
      if (found === undefined) {
        await accessLists.blocksOf({ kind: 'apiKey', id: '' });
        sealer.open(nobodysSealedHa1, NOBODY);
        return undefined;
      }
      const { id, orgId, roles } = found.key;
      const accessList = await accessLists.blocksOf({ kind: 'apiKey', id });
      const { accessListRequired } = found;
      return {
        caller: { kind: 'apiKey', id, publicKey, orgId, roles, accessList, accessListRequired },
        ha1: sealer.open(found.sealedHa1, purposeOf(id)),
      };
    },

    async createFirst(transaction: Transaction, orgId: Id, { desc, roles }: KeyInput): Promise<CreatedApiKey> {
      return await addKey(transaction, { orgId, description: desc, organizationRoles: ownerRoles(roles) });
    },

    // Keys of an organization

    async listOfOrganization(orgId: Id, page: PageRequest): Promise<Page<ApiKey>> {
      return await table.selectKeys(database, { orgId }, page);
    },

    requireKey,

    async createInOrganization(caller: Caller, orgId: Id, { desc, roles }: KeyInput): Promise<CreatedApiKey> {
      const names = organizationRoles(roles);
      requireHeldInOrganization(caller, orgId, names);
      return await database
        .transaction()
        .execute((transaction) => addKey(transaction, { orgId, description: desc, organizationRoles: names }));
    },

    /** Replaces the key's roles in the organization. Its roles in projects are kept. */
    async updateInOrganization(caller: Caller, orgId: Id, id: Id, { desc, roles }: KeyChanges): Promise<ApiKey> {
      const names = roles && organizationRoles(roles);
      if (names !== undefined) requireHeldInOrganization(caller, orgId, names);
      return await database.transaction().execute(async (transaction) => {
        const key = await requireKey(orgId, id, transaction);
        if (desc !== undefined) await table.updateDescription(transaction, id, desc);
        if (names !== undefined) {
          if (!names.includes('ORG_OWNER')) await requireOtherOwner(transaction, key);
          await table.replaceRoles(transaction, id, { orgId }, names);
        }
        return await requireKey(orgId, id, transaction);
      });
    },

    async removeFromOrganization(orgId: Id, id: Id): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        await requireOtherOwner(transaction, await requireKey(orgId, id, transaction));
        await table.deleteKey(transaction, id);
      });
    },

    // The access list of a key

    async listAccessList(orgId: Id, id: Id, page: PageRequest): Promise<Page<AccessListEntry>> {
      await requireKey(orgId, id);
      return await accessLists.list({ kind: 'apiKey', id }, page);
    },

    async findInAccessList(orgId: Id, id: Id, address: string): Promise<AccessListEntry> {
      await requireKey(orgId, id);
      return await accessLists.find({ kind: 'apiKey', id }, address);
    },

    async addToAccessList(orgId: Id, id: Id, blocks: readonly AddressBlock[]): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        await requireKey(orgId, id, transaction);
        await accessLists.add(transaction, { kind: 'apiKey', id }, blocks);
      });
    },

    async removeFromAccessList(
      orgId: Id,
      id: Id,
      address: string,
      sender: Pick<ApiRequest, 'caller' | 'address'>,
    ): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        await requireKey(orgId, id, transaction);
        await accessLists.remove(transaction, { kind: 'apiKey', id }, address, sender);
      });
    },

    // Keys of a project: keys of its organization that have roles in it

    async listOfGroup(groupId: Id, page: PageRequest): Promise<Page<ApiKey>> {
      return await table.selectKeys(database, { groupId }, page);
    },

    async createInGroup(caller: Caller, groupId: Id, { desc, roles }: KeyInput): Promise<CreatedApiKey> {
      const names = groupRoles(roles);
      return await database.transaction().execute(async (transaction) => {
        const orgId = await projects.requireOrganizationOf(groupId, transaction);
        requireHeldInGroup(caller, { groupId, orgId }, names);
        const group = { groupId, roles: names };
        return await addKey(transaction, { orgId, description: desc, organizationRoles: ['ORG_MEMBER'], group });
      });
    },

    /** Replaces the key's roles in the project. The key may have none in it before. */
    async updateInGroup(caller: Caller, groupId: Id, id: Id, { desc, roles }: KeyChanges): Promise<ApiKey> {
      const names = roles && groupRoles(roles);
      return await database.transaction().execute(async (transaction) => {
        const orgId = await projects.requireOrganizationOf(groupId, transaction);
        const key = await requireKey(orgId, id, transaction);
        requireHeldInGroup(caller, { groupId, orgId }, [...(names ?? []), ...rolesInGroup(key, groupId)]);
        // The description belongs to the whole key, so the caller must hold the key's organization roles, too.
        if (desc !== undefined) requireHeldInOrganization(caller, orgId, rolesInOrganization(key));
        if (desc !== undefined) await table.updateDescription(transaction, id, desc);
        if (names !== undefined) await table.replaceRoles(transaction, id, { groupId }, names);
        return await requireKey(orgId, id, transaction);
      });
    },

    async removeFromGroup(caller: Caller, groupId: Id, id: Id): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        const orgId = await projects.requireOrganizationOf(groupId, transaction);
        const key = await requireKey(orgId, id, transaction);
        requireHeldInGroup(caller, { groupId, orgId }, rolesInGroup(key, groupId));
        if (!(await table.deleteRoles(transaction, id, { groupId }))) throw apiKeyNotFound(id);
      });
    },

    grantGroupOwner: async (transaction: Transaction, { id }: ApiKeyCaller, groupId: Id): Promise<void> => {
      await table.insertRoles(transaction, id, { groupId }, ['GROUP_OWNER']);
    },
  };
}

function rolesInGroup(key: ApiKey, groupId: Id): readonly string[] {
  return key.roles.filter((role) => role.groupId === groupId).map(({ roleName }) => roleName);
}

function rolesInOrganization(key: ApiKey): readonly string[] {
  return key.roles.filter((role) => role.orgId === key.orgId).map(({ roleName }) => roleName);
}

/** What the secret of a key is sealed for. */
export function purposeOf(id: Id): string {
  return `HA1 of API key ${id}`;
}
