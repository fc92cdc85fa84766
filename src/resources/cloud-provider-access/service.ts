import { randomUUID } from 'node:crypto';
import { invalidEnumValue } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { isForeignKeyViolation, type Database, type Transaction } from '../../metastore/index.ts';
import {
  cloudProviderAccessRoleInUse,
  cloudProviderAccessRoleNotAuthorized,
  cloudProviderAccessRoleNotFound,
  providerUnsupported,
} from './errors.ts';
import { isCloudProvider, type AccessRole, type CloudProvider, type ExportBucketUsage } from './role.ts';
import { authorizeRole, deleteRole, insertRole, selectRole, selectRoles } from './table.ts';

export interface CloudProviderAccessDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /**
   * True where buckets are directories of this machine and there is no IAM role to assume: a role may be used as soon as it
   * is made.
   */
  readonly authorizeAtOnce: boolean;
  /** `arn:aws:iam::<12 digits>:root` of the account that assumes IAM roles. */
  readonly accountArn: string;
  /** The export buckets that use a role. Not called within a transaction. */
  exportBucketsUsing(roleId: Id): Promise<readonly ExportBucketUsage[]>;
}

/** A role and what uses it. */
export interface UsedRole {
  readonly role: AccessRole;
  readonly exportBuckets: readonly ExportBucketUsage[];
}

export type CloudProviderAccessService = ReturnType<typeof createCloudProviderAccessService>;

export function createCloudProviderAccessService(dependencies: CloudProviderAccessDependencies) {
  const { database, clock, accountArn, authorizeAtOnce } = dependencies;

  async function add(transaction: Transaction, groupId: Id, id?: Id): Promise<AccessRole> {
    const now = clock.now();
    const role: AccessRole = {
      id: id ?? newId(now),
      groupId,
      provider: 'AWS',
      accountArn,
      externalId: randomUUID(),
      iamAssumedRoleArn: undefined,
      createdAt: now,
      authorizedAt: authorizeAtOnce ? now : undefined,
    };
    await insertRole(transaction, role);
    return role;
  }

  async function require(groupId: Id, roleId: Id, executor: Database = database): Promise<AccessRole> {
    const role = await selectRole(executor, groupId, roleId);
    if (role === undefined) throw cloudProviderAccessRoleNotFound(roleId);
    return role;
  }

  async function withUsage(role: AccessRole): Promise<UsedRole> {
    return { role, exportBuckets: await dependencies.exportBucketsUsing(role.id) };
  }

  return {
    add,

    async create(groupId: Id, provider: CloudProvider): Promise<UsedRole> {
      if (provider !== 'AWS') throw providerUnsupported(provider);
      const role = await database.transaction().execute((transaction) => add(transaction, groupId));
      return { role, exportBuckets: [] };
    },

    async get(groupId: Id, roleId: Id): Promise<UsedRole> {
      return await withUsage(await require(groupId, roleId));
    },

    async list(groupId: Id): Promise<readonly UsedRole[]> {
      const used: UsedRole[] = [];
      for (const role of await selectRoles(database, groupId)) used.push(await withUsage(role));
      return used;
    },

    async authorize(groupId: Id, roleId: Id, iamAssumedRoleArn: string): Promise<UsedRole> {
      const role = await database.transaction().execute(async (transaction) => {
        if (!(await authorizeRole(transaction, { groupId, roleId }, iamAssumedRoleArn, clock.now()))) {
          throw cloudProviderAccessRoleNotFound(roleId);
        }
        return await require(groupId, roleId, transaction);
      });
      return await withUsage(role);
    },

    async remove(groupId: Id, provider: string, roleId: Id): Promise<void> {
      if (!isCloudProvider(provider)) throw invalidEnumValue(provider);
      try {
        await database.transaction().execute(async (transaction) => {
          if (!(await deleteRole(transaction, { groupId, provider, roleId }))) {
            throw cloudProviderAccessRoleNotFound(roleId);
          }
        });
      } catch (thrown) {
        if (isForeignKeyViolation(thrown)) throw cloudProviderAccessRoleInUse(roleId);
        throw thrown;
      }
    },

    async requireAuthorized(groupId: Id, roleId: Id, transaction?: Transaction): Promise<AccessRole> {
      const role = await require(groupId, roleId, transaction);
      if (role.authorizedAt === undefined) throw cloudProviderAccessRoleNotAuthorized(roleId);
      return role;
    },
  };
}
