import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ControlPlane } from '../../../test/support/control-plane.ts';
import { textAt } from '../../../test/support/json.ts';

const HOUR_MS = 3600_000;

describe('tokens of service accounts', () => {
  let plane: ControlPlane;
  let credentials: { readonly clientId: string; readonly clientSecret: string };

  beforeEach(async () => {
    plane = await ControlPlane.open();
    const { orgId, owner } = await plane.bootstrap();
    const body = { name: 'ci', description: 'tests', roles: ['ORG_READ_ONLY'], secretExpiresAfterHours: 8 };
    const made = await plane.get('createOrgServiceAccount', { caller: owner, params: { orgId }, body });
    credentials = { clientId: textAt(made, '/clientId'), clientSecret: textAt(made, '/secrets/0/secret') };
  });
  afterEach(async () => {
    await plane[Symbol.asyncDispose]();
  });

  async function issue(): Promise<string> {
    const issued = await plane.serviceAccounts.tokens.issue(credentials);
    assert.equal(issued?.expiresInSeconds, 3600);
    return issued.accessToken;
  }
  const isAlive = async (token: string): Promise<boolean> =>
    (await plane.serviceAccounts.tokens.lookUp(token)) !== undefined;

  test('a token ends after an hour, and leaves no row', async () => {
    const first = await issue();
    plane.now += HOUR_MS - 1;
    assert.ok(await isAlive(first));
    plane.now += 1;
    assert.ok(!(await isAlive(first)));
    await issue();
    const rows = await plane.database.selectFrom('service_account_tokens').select('token_hash').execute();
    assert.equal(rows.length, 1);
  });

  test('a token ends with the time of its secret', async () => {
    plane.now += 8 * HOUR_MS - 1000;
    const token = await issue();
    plane.now += 999;
    assert.ok(await isAlive(token));
    plane.now += 1;
    assert.ok(!(await isAlive(token)));
    assert.equal(await plane.serviceAccounts.tokens.issue(credentials), undefined);
  });

  test('neither secrets nor tokens are stored', async () => {
    const token = await issue();
    const stored = JSON.stringify([
      await plane.database.selectFrom('service_account_tokens').selectAll().execute(),
      await plane.database.selectFrom('service_account_secrets').selectAll().execute(),
    ]);
    assert.ok(!stored.includes(token) && !stored.includes(credentials.clientSecret));
  });

  test('wrong credentials get nothing, and end nothing', async () => {
    const token = await issue();
    for (const wrong of [
      { ...credentials, clientSecret: 'mdb_sa_sk_wrong' },
      { ...credentials, clientId: credentials.clientId.slice('mdb_sa_id_'.length) },
      { ...credentials, clientId: '' },
    ]) {
      assert.equal(await plane.serviceAccounts.tokens.issue(wrong), undefined);
      assert.equal(await plane.serviceAccounts.tokens.revoke(wrong, token), false);
    }
    assert.ok(await isAlive(token));
  });
});
