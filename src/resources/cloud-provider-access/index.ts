import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { AccessRole, NewAccessRole } from './model.ts';
import { createOperations } from './routes.ts';
import { createService, type CloudProviderAccessDependencies, type FindUsages } from './service.ts';

export { cannotAssumeRole } from './errors.ts';
export type { AccessRole, ExportBucketUsage, ProviderIdentities } from './model.ts';
export type { CloudProviderAccessDependencies, FindUsages } from './service.ts';

/** The roles through which Longshore acts in the users' cloud accounts. */
export interface CloudProviderAccess {
  readonly operations: readonly Operation[];
  /**
   * Returns a role that may be used.
   * @param within the transaction of the query; absent: none.
   * @throws ApiError `CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND`, `CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED`
   */
  requireAuthorizedRole(groupId: Id, roleId: Id, within?: Database): Promise<AccessRole>;
  /** Creates a role without a request over HTTP. @param id absent: a new id. */
  addRole(transaction: Transaction, groupId: Id, wanted: NewAccessRole, id?: Id): Promise<AccessRole>;
  /** Adds a function that finds the users of a role. They are shown with the role. */
  addUsages(find: FindUsages): void;
}

export function createCloudProviderAccess(deps: CloudProviderAccessDependencies): CloudProviderAccess {
  const service = createService(deps);
  return {
    operations: createOperations(service),
    requireAuthorizedRole: service.requireAuthorizedRole,
    addRole: service.addRole,
    addUsages: service.addUsages,
  };
}
