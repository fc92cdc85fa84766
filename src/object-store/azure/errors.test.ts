import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
  AggregateAuthenticationError,
  AuthenticationError,
  AuthenticationRequiredError,
  CredentialUnavailableError,
} from '@azure/identity';
import { AZURITE_ACCOUNT } from '../../../test/support/azurite.ts';
import { assertRedirectsNotFollowed } from '../../../test/support/redirects.ts';
import { startScriptedService, type ScriptedService } from '../../../test/support/scripted-service.ts';
import { openObjectStore } from '../all.ts';
import type { ObjectStore } from '../contract.ts';
import { classified } from './errors.ts';

const TRIES = 3;

let service: ScriptedService;
let store: ObjectStore;

before(async () => {
  service = await startScriptedService();
  store = await openObjectStore(
    {
      kind: 'azure',
      serviceUrl: `${service.url}/${AZURITE_ACCOUNT.account}`,
      container: 'exports',
      accountKey: AZURITE_ACCOUNT,
      privateAddresses: true,
    },
    { clock: { now: () => 0 }, retry: { tries: TRIES, firstPauseMs: 1 } },
  );
});
after(() => service.stop());

const answers: readonly [errorCode: string, status: number, code: string, transient: boolean][] = [
  ['ServerBusy', 503, 'OBJECT_STORE_BUSY', true],
  ['OperationTimedOut', 500, 'OBJECT_STORE_BUSY', true],
  ['InternalError', 500, 'OBJECT_STORE_BUSY', true],
  ['ContainerBeingDeleted', 409, 'OBJECT_STORE_BUSY', true],
  ['InvalidAuthenticationInfo', 401, 'OBJECT_STORE_UNAUTHENTICATED', true],
  ['Md5Mismatch', 400, 'OBJECT_INCOMPLETE', true],
  ['AuthenticationFailed', 403, 'OBJECT_STORE_UNAUTHENTICATED', false],
  ['AuthorizationFailure', 403, 'OBJECT_STORE_FORBIDDEN', false],
  ['AuthorizationPermissionMismatch', 403, 'OBJECT_STORE_FORBIDDEN', false],
  ['AccountIsDisabled', 403, 'OBJECT_STORE_FORBIDDEN', false],
  ['KeyBasedAuthenticationNotPermitted', 403, 'OBJECT_STORE_FORBIDDEN', false],
  ['BlobImmutableDueToPolicy', 409, 'OBJECT_STORE_FORBIDDEN', false],
  ['ContainerNotFound', 404, 'OBJECT_STORE_NO_BUCKET', false],
  ['RequestBodyTooLarge', 413, 'OBJECT_TOO_LARGE', false],
  ['SomethingNew', 503, 'OBJECT_STORE_FAILED', true],
  ['SomethingNew', 400, 'OBJECT_STORE_FAILED', false],
];

for (const [errorCode, status, code, transient] of answers) {
  test(`${errorCode} ${status} is ${code}, ${transient ? 'worth' : 'not worth'} trying again`, async () => {
    const body = `<?xml version="1.0"?><Error><Code>${errorCode}</Code><Message>why</Message></Error>`;
    const headers = { 'x-ms-error-code': errorCode, 'content-type': 'application/xml' };
    service.answer({ status, headers, body });
    await assert.rejects(store.put('a/b', [Buffer.from('x')]), { name: 'AppError', code, transient });
    assert.equal(service.requests.length, transient ? TRIES : 1, 'the SDK does not try again');
    // An answer to HEAD has no body, only the header.
    service.answer({ status, headers });
    await assert.rejects(store.head('a/b'), { name: 'AppError', code, transient });
    assert.equal(service.requests.length, transient ? TRIES : 1);
  });
}

test('the hint of a refused request names a role that permits it', async () => {
  service.answer({ status: 403, headers: { 'x-ms-error-code': 'AuthorizationPermissionMismatch' } });
  const names = (role: string) => (thrown: { readonly hint?: string }) =>
    thrown.hint?.includes(`role "${role}"`) ?? false;
  await assert.rejects(store.put('a', [Buffer.from('x')]), names('Storage Blob Data Contributor'));
  await assert.rejects(store.delete('a'), names('Storage Blob Data Contributor'));
  await assert.rejects(store.head('a'), names('Storage Blob Data Reader'));
  await assert.rejects(store.list('a')[Symbol.asyncIterator]().next(), names('Storage Blob Data Reader'));
});

test('a redirect is not followed', async () => {
  await assertRedirectsNotFollowed(service, store, { code: 'OBJECT_STORE_REDIRECTED' });
});

test('an acknowledgement of other bytes is an error', async () => {
  const md5 = createHash('md5').update('y').digest('base64');
  service.answer({ status: 201, headers: { 'content-md5': md5, etag: '"1"' } });
  await assert.rejects(store.put('a', [Buffer.from('x')]), { code: 'OBJECT_INCOMPLETE', transient: true });
});

test('a secret of the configuration is in no error', async () => {
  service.answer({ status: 403, headers: { 'x-ms-error-code': 'AuthenticationFailed' } });
  await assert.rejects(store.put('a', [Buffer.from('x')]), (thrown: Error) => {
    const texts = [thrown.message, String(thrown.cause), JSON.stringify(thrown), JSON.stringify(thrown.cause)];
    return !texts.join().includes(AZURITE_ACCOUNT.key) && !texts.join().includes('SharedKey');
  });
});

const none = new CredentialUnavailableError('none');
const required = (message: string) => new AuthenticationRequiredError({ scopes: [], message });
const credentials: readonly [what: string, thrown: Error, code: string, transient: boolean][] = [
  ['no credential', none, 'OBJECT_STORE_NO_CREDENTIALS', false],
  ['no credential of the chain', new AggregateAuthenticationError([none]), 'OBJECT_STORE_NO_CREDENTIALS', false],
  [
    'a secret that is wrong',
    new AuthenticationError(401, { error: 'invalid_client' }),
    'OBJECT_STORE_UNAUTHENTICATED',
    false,
  ],
  [
    'a workload identity that is not trusted',
    new AggregateAuthenticationError([none, required('invalid_request: AADSTS700213: No matching federated identity')]),
    'OBJECT_STORE_UNAUTHENTICATED',
    false,
  ],
  [
    'a network without a way to Entra, with a workload identity',
    new AggregateAuthenticationError([none, required('network_error: See https://aka.ms/msal.js.errors')]),
    'OBJECT_STORE_FAILED',
    true,
  ],
  [
    'a network without a way to Entra, with a secret',
    new AuthenticationError(400, { error: 'failed', error_description: 'network_error: See https://aka.ms' }),
    'OBJECT_STORE_FAILED',
    true,
  ],
  [
    'an Entra that is busy',
    new AuthenticationError(503, { error: 'temporarily_unavailable' }),
    'OBJECT_STORE_FAILED',
    true,
  ],
];

for (const [what, thrown, code, transient] of credentials) {
  test(`${what} is ${code}, ${transient ? 'worth' : 'not worth'} trying again`, () => {
    const error = classified('writing', 'a/b', thrown);
    assert.deepEqual([error.code, error.transient], [code, transient]);
  });
}
