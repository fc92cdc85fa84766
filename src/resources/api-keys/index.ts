import type { ApiKeyCaller, KnownKey, Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Sealer } from '../../kernel/sealing.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { CreateFirstApiKey } from '../organizations/index.ts';
import type { CreatedApiKey, NewApiKey } from './model.ts';
import { createAccessListOperations } from './access-list-routes.ts';
import { createGroupOperations } from './group-routes.ts';
import { createOrganizationOperations } from './organization-routes.ts';
import { createService, purposeOf, type ApiKeysDependencies } from './service.ts';
import { encodeCreated } from './wire.ts';

export { groupRoles, organizationRoles, ownerRoles, requireHeldInGroup, requireHeldInOrganization } from './roles.ts';
export { encodeRole, RoleSchema } from './wire.ts';

/** Programmatic API keys and their roles. */
export interface ApiKeys {
  readonly operations: readonly Operation[];
  /**
   * Returns the caller with this public key, and the HA1 (RFC 7616) that verifies its requests.
   * @throws AppError `SEALED_SECRET_UNREADABLE` if the encryption key has changed since the API key was created.
   */
  lookupKey(publicKey: string): Promise<KnownKey | undefined>;
  /** Creates the first key of a new organization, for the slice organizations. */
  readonly createFirstApiKey: CreateFirstApiKey;
  /** Makes a key the owner of the project that it has created, for the slice projects. */
  grantGroupOwner(transaction: Transaction, caller: ApiKeyCaller, groupId: Id): Promise<void>;
  /** Creates a key without a request over HTTP. The roles are not checked. */
  addKey(transaction: Transaction, key: NewApiKey): Promise<CreatedApiKey>;
}

/**
 * Checks that the encryption key opens the stored secrets, by one of them.
 * @throws AppError `SEALED_SECRET_UNREADABLE` if they were sealed with another key.
 */
export async function requireReadableKeys(database: Database, sealer: Sealer): Promise<void> {
  const any = await database.selectFrom('api_keys').select(['id', 'sealed_ha1']).limit(1).executeTakeFirst();
  if (any !== undefined) sealer.open(any.sealed_ha1, purposeOf(any.id));
}

export function createApiKeys(deps: ApiKeysDependencies): ApiKeys {
  const service = createService(deps);
  return {
    operations: [
      ...createOrganizationOperations(service),
      ...createGroupOperations(service),
      ...createAccessListOperations(service),
    ],
    lookupKey: service.lookupKey,
    createFirstApiKey: async (transaction, orgId, key, links) =>
      encodeCreated(await service.createFirst(transaction, orgId, key), links),
    grantGroupOwner: service.grantGroupOwner,
    addKey: service.addKey,
  };
}
