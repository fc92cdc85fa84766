import type { ServiceAccountCaller } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../metastore/index.ts';
import type { AccessLists } from '../access-lists/index.ts';
import { clientIdOf, hashOf, idOfClient, newToken } from './model.ts';
import * as secretTable from './secret-table.ts';
import * as table from './table.ts';

/** Atlas's lifetime of a token. */
const TOKEN_LIFETIME_SECONDS = 3600;

/** What a client shows to get a token. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A token for the header `Authorization: Bearer`, and its lifetime. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/**
 * The tokens of service accounts. The hash of a token is a row below the row of its secret: a token survives a restart of the server, and
 * it ends at once with its secret, with its account, and when it is revoked.
 */
export interface Tokens {
  /** @returns undefined if the credentials are wrong, or the secret has expired. */
  issue(credentials: ClientCredentials): Promise<IssuedToken | undefined>;
  /** Ends a token of the client. An unknown token has ended already. @returns false if the credentials are wrong. */
  revoke(credentials: ClientCredentials, accessToken: string): Promise<boolean>;
  /** Returns the service account of a token; undefined if the token is unknown or has ended. */
  lookUp(accessToken: string): Promise<ServiceAccountCaller | undefined>;
}

export function createTokens(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly accessLists: Pick<AccessLists, 'blocksOf'>;
}): Tokens {
  const { database, clock, accessLists } = deps;

  return {
    async issue({ clientId, clientSecret }) {
      const accountId = idOfClient(clientId);
      const now = clock.now();
      const secretId = await secretTable.selectValidSecret(database, accountId, hashOf(clientSecret), now);
      if (secretId === undefined) return undefined;
      const accessToken = newToken();
      const token = { hash: hashOf(accessToken), secretId, expiresAt: now + TOKEN_LIFETIME_SECONDS * 1000 };
      await database.transaction().execute(async (transaction) => {
        await secretTable.insertToken(transaction, token, now);
      });
      return { accessToken, expiresInSeconds: TOKEN_LIFETIME_SECONDS };
    },

    async revoke({ clientId, clientSecret }, accessToken) {
      const accountId = idOfClient(clientId);
      const secretId = await secretTable.selectValidSecret(database, accountId, hashOf(clientSecret), clock.now());
      if (secretId === undefined) return false;
      await database.transaction().execute(async (transaction) => {
        await secretTable.deleteToken(transaction, accountId, hashOf(accessToken));
      });
      return true;
    },

    async lookUp(accessToken) {
      const found = await secretTable.selectAccountOfToken(database, hashOf(accessToken), clock.now());
      if (found === undefined) return undefined;
      const { id } = found;
      const roles = (await table.selectRoles(database, [id])).get(id) ?? [];
      const accessList = await accessLists.blocksOf({ kind: 'serviceAccount', id });
      return { kind: 'serviceAccount', clientId: clientIdOf(id), roles, accessList, ...found };
    },
  };
}
