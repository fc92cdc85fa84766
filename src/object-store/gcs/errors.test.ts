import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertRedirectsNotFollowed } from '../../../test/support/redirects.ts';
import { startScriptedService, type ScriptedService } from '../../../test/support/scripted-service.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { openObjectStore } from '../all.ts';
import type { ObjectStore } from '../contract.ts';
import { classified } from './errors.ts';

const TRIES = 3;
const retry = { tries: TRIES, firstPauseMs: 1 };

let service: ScriptedService;
let store: ObjectStore;

before(async () => {
  service = await startScriptedService();
  store = await openObjectStore(
    { kind: 'gcs', bucket: 'exports', endpoint: service.url },
    { clock: { now: () => 0 }, retry },
  );
});
after(() => service.stop());

const answers: readonly [reason: string, status: number, message: string, code: string, transient: boolean][] = [
  ['backendError', 503, 'why', 'OBJECT_STORE_BUSY', true],
  ['internalError', 500, 'why', 'OBJECT_STORE_BUSY', true],
  ['rateLimitExceeded', 429, 'why', 'OBJECT_STORE_BUSY', true],
  ['userRateLimitExceeded', 403, 'why', 'OBJECT_STORE_BUSY', true],
  ['quotaExceeded', 403, 'why', 'OBJECT_STORE_BUSY', true],
  ['authError', 401, 'Invalid Credentials', 'OBJECT_STORE_UNAUTHENTICATED', true],
  ['required', 401, 'Anonymous caller', 'OBJECT_STORE_UNAUTHENTICATED', false],
  ['invalid', 400, "Provided MD5 hash doesn't match calculated MD5 hash", 'OBJECT_INCOMPLETE', true],
  ['forbidden', 403, 'why', 'OBJECT_STORE_FORBIDDEN', false],
  ['insufficientPermissions', 403, 'why', 'OBJECT_STORE_FORBIDDEN', false],
  ['retentionPolicyNotMet', 403, 'why', 'OBJECT_STORE_FORBIDDEN', false],
  ['accountDisabled', 403, 'why', 'OBJECT_STORE_FORBIDDEN', false],
  ['notFound', 404, 'The specified bucket does not exist.', 'OBJECT_STORE_NO_BUCKET', false],
  ['somethingNew', 503, 'why', 'OBJECT_STORE_FAILED', true],
  ['somethingNew', 400, 'why', 'OBJECT_STORE_FAILED', false],
];

for (const [reason, status, message, code, transient] of answers) {
  test(`${reason} ${status} is ${code}, ${transient ? 'worth' : 'not worth'} trying again`, async () => {
    service.answer({ status, body: JSON.stringify({ error: { code: status, message, errors: [{ reason }] } }) });
    await assert.rejects(store.put('a/b', [Buffer.from('x')]), { name: 'AppError', code, transient });
    assert.equal(service.requests.length, transient ? TRIES : 1, 'the library does not try again');
    await assert.rejects(store.head('a/b'), { name: 'AppError', code, transient });
  });
}

test('the hint of a refused request names the permission that it needs', async () => {
  service.answer({ status: 403, body: JSON.stringify({ error: { code: 403, errors: [{ reason: 'forbidden' }] } }) });
  const names = (permission: string) => (thrown: { readonly hint?: string }) =>
    thrown.hint?.includes(`missing: storage.objects.${permission}`) ?? false;
  await assert.rejects(store.put('a', [Buffer.from('x')]), names('create'));
  await assert.rejects(store.head('a'), names('get'));
  await assert.rejects(store.list('a')[Symbol.asyncIterator]().next(), names('list'));
  await assert.rejects(store.delete('a'), names('delete'));
});

test('a missing object of a request that names none is a missing bucket', async () => {
  service.answer({ status: 404, body: JSON.stringify({ error: { code: 404, message: 'Not Found' } }) });
  const missing = { code: 'OBJECT_STORE_NO_BUCKET', transient: false };
  await assert.rejects(store.put('a', [Buffer.from('x')]), missing);
  await assert.rejects(store.list('a')[Symbol.asyncIterator]().next(), missing);
  assert.equal(await store.head('a'), undefined);
});

test('an error that is not JSON is classified by its status', async () => {
  service.answer({ status: 502, body: '<html>bad gateway</html>' });
  await assert.rejects(store.head('a'), { code: 'OBJECT_STORE_FAILED', transient: true });
});

test('a redirect is not followed', async () => {
  await assertRedirectsNotFollowed(service, store, { code: 'OBJECT_STORE_REDIRECTED' });
});

test('an acknowledgement of other bytes is an error', async () => {
  service.answer({ status: 200, body: JSON.stringify({ size: '1', md5Hash: 'other' }) });
  await assert.rejects(store.put('a', [Buffer.from('x')]), { code: 'OBJECT_INCOMPLETE', transient: true });
});

test('an answer of another form is an error, and not worth trying again', async () => {
  service.answer({ status: 200, body: '{"size":-1}' });
  await assert.rejects(store.head('a'), { code: 'OBJECT_STORE_FAILED', transient: false });
});

test('the error on a machine without credentials says which ones to give', () => {
  const error = classified('writing', 'a/b', new Error('Could not load the default credentials. Browse to …'));
  assert.deepEqual([error.code, error.transient], ['OBJECT_STORE_NO_CREDENTIALS', false]);
});

for (const [status, code, transient] of [
  [400, 'OBJECT_STORE_UNAUTHENTICATED', false],
  [503, 'OBJECT_STORE_FAILED', true],
] as const) {
  test(`a token that is refused with ${status} is ${code}`, async () => {
    using directory = temporaryDirectory('gcs');
    const subject = join(directory.path, 'subject');
    const credentials = join(directory.path, 'credentials.json');
    writeFileSync(subject, 'subject-token');
    const federation = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${service.url}/token`,
      credential_source: { file: subject },
    };
    writeFileSync(credentials, JSON.stringify(federation));
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = credentials;
    const federated = await openObjectStore(
      { kind: 'gcs', bucket: 'exports' },
      { clock: { now: () => 0 }, retry: { ...retry, tries: 1 } },
    );
    service.answer({ status, body: JSON.stringify({ error: 'invalid_grant', error_description: 'why' }) });
    await assert.rejects(federated.head('a'), { name: 'AppError', code, transient });
    assert.ok(service.requests.every((request) => request === 'POST /token'));
  });
}
