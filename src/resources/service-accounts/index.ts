import type { Caller, Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Transaction } from '../../metastore/index.ts';
import type { CreateFirstServiceAccount } from '../organizations/index.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceAccountsDependencies } from './service.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { encodeCreated } from './wire.ts';

export type { ClientCredentials, IssuedToken, Tokens } from './tokens.ts';

/** Service accounts, their secrets and their tokens. */
export interface ServiceAccounts {
  readonly operations: readonly Operation[];
  readonly tokens: Tokens;
  /** Makes the first service account of a new organization, for the slice organizations. */
  readonly createFirstServiceAccount: CreateFirstServiceAccount;
  /** Makes a service account the owner of the project that it has created, for the slice projects. */
  grantGroupOwner(transaction: Transaction, caller: Pick<Caller, 'id'>, groupId: Id): Promise<void>;
}

export function createServiceAccounts(deps: ServiceAccountsDependencies): ServiceAccounts {
  const service = createService(deps);
  return {
    operations: createOperations(service),
    tokens: createTokens(deps),
    createFirstServiceAccount: async (transaction, orgId, account) =>
      encodeCreated(await service.createFirst(transaction, orgId, account), { orgId }),
    grantGroupOwner: service.grantGroupOwner,
  };
}
