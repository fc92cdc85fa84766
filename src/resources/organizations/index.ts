import type { Operation } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { NewOrganization, Organization } from './organization.ts';
import { organizationRoutes, type CreateFirstApiKey } from './routes.ts';
import { createOrganizationsService } from './service.ts';
import { hasOrganizations } from './table.ts';

export type { Organization } from './organization.ts';
export type { CreateFirstApiKey } from './routes.ts';

export interface Organizations {
  readonly operations: readonly Operation[];
  /** Whether there is any organization, and so anybody who can log in. */
  exist(transaction: Transaction): Promise<boolean>;
  /** @throws ApiError `ORG_NOT_FOUND` */
  requireOrganization(orgId: Id): Promise<Organization>;
  /** Makes an organization that nobody has asked for over HTTP. */
  addOrganization(transaction: Transaction, organization: NewOrganization): Promise<Organization>;
}

export interface OrganizationsDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly createFirstApiKey: CreateFirstApiKey;
}

export function createOrganizations(dependencies: OrganizationsDependencies): Organizations {
  const service = createOrganizationsService(dependencies);
  return {
    operations: organizationRoutes(service, dependencies.createFirstApiKey),
    exist: hasOrganizations,
    requireOrganization: (orgId) => service.require(orgId),
    addOrganization: service.add,
  };
}
