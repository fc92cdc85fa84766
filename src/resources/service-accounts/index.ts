import type { Caller, Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Transaction } from '../../metastore/index.ts';
import { createOperations } from './routes.ts';
import { createService, type ServiceAccountsDependencies } from './service.ts';
import { createTokens, type Tokens } from './tokens.ts';

export type { ClientCredentials, IssuedToken, Tokens } from './tokens.ts';

/** Service accounts, their secrets and their tokens. */
export interface ServiceAccounts {
  readonly operations: readonly Operation[];
  readonly tokens: Tokens;
  /** Makes a service account the owner of the project that it has created, for the slice projects. */
  grantGroupOwner(transaction: Transaction, caller: Pick<Caller, 'id'>, groupId: Id): Promise<void>;
}

export function createServiceAccounts(deps: ServiceAccountsDependencies): ServiceAccounts {
  const service = createService(deps);
  return {
    operations: createOperations(service),
    tokens: createTokens(deps),
    grantGroupOwner: service.grantGroupOwner,
  };
}
