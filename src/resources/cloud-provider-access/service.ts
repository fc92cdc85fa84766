import { randomUUID } from 'node:crypto';
import { invalidEnumValue } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';

import { AppError } from '../../kernel/errors.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import { describeChange, isForeignKeyViolation, type Database, type Transaction } from '../../metastore/index.ts';
import { isCloudProvider } from '../../object-store/addressing.ts';
import {
  cannotAssumeRole,
  cloudProviderAccessRoleInUse,
  cloudProviderAccessRoleNotAuthorized,
  cloudProviderAccessRoleNotFound,
} from './errors.ts';
import type {
  AccessRole,
  Authorization,
  ExportBucketUsage,
  NewAccessRole,
  ProviderIdentities,
  ProviderRole,
  UsedRole,
} from './model.ts';
import * as table from './table.ts';

/** Finds the export buckets that use a role. Must be called outside of transactions. */
export type FindUsages = (roleId: Id) => Promise<readonly ExportBucketUsage[]>;

export interface CloudProviderAccessDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly providers: ProviderIdentities;
  /** Logs why an IAM role cannot be assumed, and which one can be assumed by others. */
  readonly logger?: Logger;
}

const NOT_AUTHORIZED = { iamAssumedRoleArn: undefined, takesAnyExternalId: false } as const;

export type CloudProviderAccessService = ReturnType<typeof createService>;

export function createService(deps: CloudProviderAccessDependencies) {
  const { database, clock, providers, logger = silentLogger } = deps;
  const usageFinders: FindUsages[] = [];

  function providerRole(wanted: NewAccessRole): ProviderRole {
    switch (wanted.provider) {
      case 'AWS': {
        const { accountArn } = providers.AWS;
        return { provider: 'AWS', accountArn, externalId: randomUUID(), ...NOT_AUTHORIZED };
      }
      case 'AZURE':
        return wanted;
      case 'GCP':
        return { provider: 'GCP', gcpServiceAccountForAtlas: providers.GCP.gcpServiceAccountForAtlas };
    }
  }

  /**
   * Gives a role the identity that this server has today, because the operator may have changed what a provider is, or the account,
   * since the role was created. An AWS role without an IAM role is authorized only where none is assumed.
   */
  function served(role: AccessRole): AccessRole {
    switch (role.provider) {
      case 'AWS': {
        const { accountArn, authorizeAtOnce } = providers.AWS;
        const isAuthorized = authorizeAtOnce || role.iamAssumedRoleArn !== undefined;
        return { ...role, accountArn, authorizedAt: isAuthorized ? role.authorizedAt : undefined };
      }
      case 'AZURE':
        return role;
      case 'GCP':
        return { ...role, gcpServiceAccountForAtlas: providers.GCP.gcpServiceAccountForAtlas };
    }
  }

  async function addRole(transaction: Transaction, groupId: Id, wanted: NewAccessRole, id?: Id): Promise<AccessRole> {
    const now = clock.now();
    const role: AccessRole = {
      ...providerRole(wanted),
      id: id ?? newId(now),
      groupId,
      createdAt: now,
      authorizedAt: providers[wanted.provider].authorizeAtOnce ? now : undefined,
    };
    describeChange({ roleId: role.id });
    await table.insertRole(transaction, role);
    return role;
  }

  /** @throws ApiError `CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND` */
  async function requireRole(groupId: Id, roleId: Id, within: Database = database): Promise<AccessRole> {
    const role = await table.selectRole(within, groupId, roleId);
    if (role === undefined) throw cloudProviderAccessRoleNotFound(roleId);
    return served(role);
  }

  async function withUsages(role: AccessRole): Promise<UsedRole> {
    const exportBuckets: ExportBucketUsage[] = [];
    for (const find of usageFinders) exportBuckets.push(...(await find(role.id)));
    return { role, exportBuckets };
  }

  /** Assumes the IAM role where it can be assumed. @throws ApiError `CANNOT_ASSUME_ROLE` */
  async function verify(role: AccessRole, authorization: Authorization): Promise<boolean> {
    if (role.provider !== 'AWS' || authorization.provider !== 'AWS' || !providers.AWS.tryRole) return false;
    const { iamAssumedRoleArn: arn } = authorization;
    try {
      const { takesAnyExternalId } = await providers.AWS.tryRole({ arn, externalId: role.externalId });
      if (takesAnyExternalId) logger.warn('An IAM role can be assumed with any ExternalId', { roleId: role.id, arn });
      return takesAnyExternalId;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      logger.warn('An IAM role cannot be assumed', { roleId: role.id, arn, hint: thrown.hint, error: thrown });
      throw cannotAssumeRole(arn).explainedBy(failureReason(thrown).message, thrown);
    }
  }

  return {
    addRole,

    addUsages: (find: FindUsages): void => {
      usageFinders.push(find);
    },

    create: async (groupId: Id, wanted: NewAccessRole): Promise<UsedRole> => {
      const role = await database.transaction().execute((transaction) => addRole(transaction, groupId, wanted));
      return { role, exportBuckets: [] };
    },

    /** What the provider of a role is on this server. */
    kindOf: ({ provider }: AccessRole): string => providers[provider].kind,

    find: async (groupId: Id, roleId: Id): Promise<UsedRole> => await withUsages(await requireRole(groupId, roleId)),

    list: async (groupId: Id): Promise<readonly UsedRole[]> => {
      const used: UsedRole[] = [];
      for (const role of await table.selectRoles(database, groupId)) used.push(await withUsages(served(role)));
      return used;
    },

    authorize: async (groupId: Id, roleId: Id, authorization: Authorization): Promise<UsedRole> => {
      const takesAnyExternalId = await verify(await requireRole(groupId, roleId), authorization);
      const verified = { ...authorization, takesAnyExternalId };
      const role = await database.transaction().execute(async (transaction) => {
        if (!(await table.authorizeRole(transaction, { groupId, roleId }, verified, clock.now()))) {
          throw cloudProviderAccessRoleNotFound(roleId);
        }
        return await requireRole(groupId, roleId, transaction);
      });
      return await withUsages(role);
    },

    remove: async (groupId: Id, provider: string, roleId: Id): Promise<void> => {
      if (!isCloudProvider(provider)) throw invalidEnumValue(provider);
      try {
        await database.transaction().execute(async (transaction) => {
          if (!(await table.deleteRole(transaction, { groupId, provider, roleId }))) {
            throw cloudProviderAccessRoleNotFound(roleId);
          }
        });
      } catch (thrown) {
        throw isForeignKeyViolation(thrown) ? cloudProviderAccessRoleInUse(roleId) : thrown;
      }
    },

    requireAuthorizedRole: async (groupId: Id, roleId: Id, within?: Database): Promise<AccessRole> => {
      const role = await requireRole(groupId, roleId, within);
      if (role.authorizedAt === undefined) throw cloudProviderAccessRoleNotAuthorized(roleId);
      return role;
    },
  };
}
