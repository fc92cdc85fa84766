import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { NewOrganization, Organization, OrganizationSettings } from './model.ts';
import { emptyOperations } from './empty-routes.ts';
import { createOperations, type FirstCredentials } from './routes.ts';
import { createSettingsOperations } from './settings-routes.ts';
import { createService, type ServiceDependencies } from './service.ts';
import { hasOrganizations } from './table.ts';

export type { Organization } from './model.ts';
export { ServiceAccountBody } from './wire.ts';
export type { CreateFirstApiKey, CreateFirstServiceAccount } from './routes.ts';

export interface Organizations {
  readonly operations: readonly Operation[];
  /** Whether any organization exists, and with it an API key that can call the API. */
  hasOrganizations(transaction: Transaction): Promise<boolean>;
  /** @param within the transaction of the query; absent: none. @throws ApiError `ORG_NOT_FOUND` */
  requireOrganization(orgId: Id, within?: Database): Promise<Organization>;
  /**
   * @param within the transaction of the query; absent: none.
   * @throws ApiError `ORG_NOT_FOUND`
   */
  requireSettings(orgId: Id, within?: Database): Promise<OrganizationSettings>;
  /** Creates an organization without a request over HTTP. */
  addOrganization(transaction: Transaction, organization: NewOrganization): Promise<Organization>;
}

export type OrganizationsDependencies = ServiceDependencies & FirstCredentials;

export function createOrganizations(deps: OrganizationsDependencies): Organizations {
  const service = createService(deps);
  return {
    operations: [...createOperations(service, deps), ...createSettingsOperations(service), ...emptyOperations],
    hasOrganizations,
    requireOrganization: service.requireOrganization,
    requireSettings: service.requireSettings,
    addOrganization: service.addOrganization,
  };
}
