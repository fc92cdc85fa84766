import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Transaction } from '../../metastore/index.ts';
import type { AccessRole } from './role.ts';
import { cloudProviderAccessRoutes } from './routes.ts';
import { createCloudProviderAccessService, type CloudProviderAccessDependencies } from './service.ts';

export type { AccessRole, ExportBucketUsage } from './role.ts';
export type { CloudProviderAccessDependencies } from './service.ts';

/** The roles by which Longshore may act in the users' cloud accounts. */
export interface CloudProviderAccess {
  readonly operations: readonly Operation[];
  /**
   * @param transaction to be given inside one: there is one connection.
   * @throws ApiError `CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND`, `CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED`
   */
  requireAuthorizedRole(groupId: Id, roleId: Id, transaction?: Transaction): Promise<AccessRole>;
  /** Makes a role that nobody has asked for over HTTP. @param id a new one when absent. */
  addRole(transaction: Transaction, groupId: Id, id?: Id): Promise<AccessRole>;
}

export function createCloudProviderAccess(dependencies: CloudProviderAccessDependencies): CloudProviderAccess {
  const service = createCloudProviderAccessService(dependencies);
  return {
    operations: cloudProviderAccessRoutes(service),
    requireAuthorizedRole: (groupId, roleId, transaction) => service.requireAuthorized(groupId, roleId, transaction),
    addRole: service.add,
  };
}
