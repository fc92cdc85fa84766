import type { ApiKeyCaller, KnownKey, Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Transaction } from '../../metastore/index.ts';
import type { CreateFirstApiKey } from '../organizations/index.ts';
import type { CreatedApiKey, NewApiKey } from './model.ts';
import { createGroupOperations } from './group-routes.ts';
import { createOrganizationOperations } from './organization-routes.ts';
import { createService, type ApiKeysDependencies } from './service.ts';
import { encodeCreated } from './wire.ts';

/** Programmatic API keys and the roles that they have. */
export interface ApiKeys {
  readonly operations: readonly Operation[];
  /**
   * Who comes with this public key, and the HA1 (RFC 7616) to check it with.
   * @throws AppError `SEALED_SECRET_UNREADABLE` when the encryption key is another one than when the key was made.
   */
  lookupKey(publicKey: string): Promise<KnownKey | undefined>;
  /** For the slice of the organizations: the key that comes with a new organization. */
  readonly createFirstApiKey: CreateFirstApiKey;
  /** For the slice of the projects: a key owns the project that it makes. */
  grantGroupOwner(transaction: Transaction, caller: ApiKeyCaller, groupId: Id): Promise<void>;
  /** Makes a key that nobody has asked for over HTTP; the roles are taken as they are. */
  addKey(transaction: Transaction, key: NewApiKey): Promise<CreatedApiKey>;
}

export function createApiKeys(deps: ApiKeysDependencies): ApiKeys {
  const service = createService(deps);
  return {
    operations: [...createOrganizationOperations(service), ...createGroupOperations(service)],
    lookupKey: service.lookupKey,
    createFirstApiKey: async (transaction, orgId, key, links) =>
      encodeCreated(await service.createFirst(transaction, orgId, key), links),
    grantGroupOwner: service.grantGroupOwner,
    addKey: service.addKey,
  };
}
