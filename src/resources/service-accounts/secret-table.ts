import type { Selectable } from 'kysely';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Schema, Transaction } from '../../metastore/index.ts';
import { hashOf, type CreatedSecret, type Secret } from './model.ts';

export async function insertSecret(transaction: Transaction, accountId: Id, secret: CreatedSecret): Promise<void> {
  await transaction
    .insertInto('service_account_secrets')
    .values({
      id: secret.id,
      service_account_id: accountId,
      secret_hash: hashOf(secret.text),
      secret_suffix: secret.suffix,
      created_at: secret.createdAt,
      expires_at: secret.expiresAt,
    })
    .execute();
}

/** Lets the account's secrets expire at `time` at the latest, and removes those that have expired. */
export async function shortenSecrets(
  transaction: Transaction,
  accountId: Id,
  time: number,
  now: number,
): Promise<void> {
  await transaction
    .deleteFrom('service_account_secrets')
    .where('service_account_id', '=', accountId)
    .where('expires_at', '<=', now)
    .execute();
  await transaction
    .updateTable('service_account_secrets')
    .set({ expires_at: time })
    .where('service_account_id', '=', accountId)
    .where('expires_at', '>', time)
    .execute();
}

/** @returns false if the account had no such secret. */
export async function deleteSecret(transaction: Transaction, accountId: Id, id: Id): Promise<boolean> {
  const result = await transaction
    .deleteFrom('service_account_secrets')
    .where('service_account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}

/** Returns the id of the account's secret with this hash, if it has not expired. */
export async function selectValidSecret(
  database: Database,
  accountId: Id,
  secretHash: string,
  now: number,
): Promise<Id | undefined> {
  const row = await database
    .selectFrom('service_account_secrets')
    .select('id')
    .where('service_account_id', '=', accountId)
    .where('secret_hash', '=', secretHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row?.id;
}

export async function selectSecrets(database: Database, accountIds: readonly Id[]): Promise<ReadonlyMap<Id, Secret[]>> {
  const rows = await database
    .selectFrom('service_account_secrets')
    .selectAll()
    .where('service_account_id', 'in', accountIds)
    .orderBy('id', 'desc')
    .execute();
  const ofAccount = Map.groupBy(rows, (row) => row.service_account_id);
  return new Map([...ofAccount].map(([id, secrets]) => [id, secrets.map(secretOf)]));
}

/** Inserts a token of a secret, notes the use of the secret, and removes the tokens of all accounts that have expired. */
export async function insertToken(
  transaction: Transaction,
  token: { readonly hash: string; readonly secretId: Id; readonly expiresAt: number },
  now: number,
): Promise<void> {
  await transaction.deleteFrom('service_account_tokens').where('expires_at', '<=', now).execute();
  await transaction
    .insertInto('service_account_tokens')
    .values({ token_hash: token.hash, secret_id: token.secretId, expires_at: token.expiresAt })
    .execute();
  await transaction
    .updateTable('service_account_secrets')
    .set({ last_used_at: now })
    .where('id', '=', token.secretId)
    .execute();
}

/** Deletes a token of the account, if it is one. */
export async function deleteToken(transaction: Transaction, accountId: Id, tokenHash: string): Promise<void> {
  await transaction
    .deleteFrom('service_account_tokens')
    .where('token_hash', '=', tokenHash)
    .where('secret_id', 'in', (query) =>
      query.selectFrom('service_account_secrets').select('id').where('service_account_id', '=', accountId),
    )
    .execute();
}

/** Returns the account of a token, if neither the token nor its secret has expired. */
export async function selectAccountOfToken(
  database: Database,
  tokenHash: string,
  now: number,
): Promise<{ readonly id: Id; readonly orgId: Id; readonly accessListRequired: boolean } | undefined> {
  const row = await database
    .selectFrom('service_account_tokens as token')
    .innerJoin('service_account_secrets as secret', 'secret.id', 'token.secret_id')
    .innerJoin('service_accounts as account', 'account.id', 'secret.service_account_id')
    .innerJoin('organizations as organization', 'organization.id', 'account.org_id')
    .select(['account.id', 'account.org_id', 'organization.api_access_list_required'])
    .where('token.token_hash', '=', tokenHash)
    .where('token.expires_at', '>', now)
    .where('secret.expires_at', '>', now)
    .executeTakeFirst();
  return row && { id: row.id, orgId: row.org_id, accessListRequired: row.api_access_list_required === 1 };
}

function secretOf(row: Selectable<Schema['service_account_secrets']>): Secret {
  return {
    id: row.id,
    suffix: row.secret_suffix,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
