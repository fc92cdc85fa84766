import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRedirectsNotFollowed } from '../../../test/support/redirects.ts';
import { startScriptedService, type ScriptedService } from '../../../test/support/scripted-service.ts';
import { openObjectStore } from '../all.ts';
import type { ObjectStore, S3StoreConfig } from '../contract.ts';
import { classified } from './errors.ts';

const TRIES = 3;
const BUCKET_ARN = 'arn:aws:s3:::exports';
const SURROUNDINGS = { clock: { now: () => 0 }, retry: { tries: TRIES, firstPauseMs: 1 } };

let service: ScriptedService;
let config: S3StoreConfig;
let store: ObjectStore;

before(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'longshore', AWS_SECRET_ACCESS_KEY: 'scripted-secret-31f0' });
  service = await startScriptedService();
  config = {
    kind: 's3',
    bucket: 'exports',
    endpoint: service.url,
    region: 'us-east-1',
    asksRegion: false,
    addressing: 'path',
    checksum: 'sha256',
    objects: {},
  };
  store = await openObjectStore(config, SURROUNDINGS);
});
after(() => service.stop());

const xml = (code: string): string => `<Error><Code>${code}</Code><Message>why</Message></Error>`;

const answers: readonly [vendorCode: string, status: number, code: string, transient: boolean][] = [
  ['SlowDown', 503, 'OBJECT_STORE_BUSY', true],
  ['SlowDownWrite', 503, 'OBJECT_STORE_BUSY', true],
  ['ServiceUnavailable', 503, 'OBJECT_STORE_BUSY', true],
  ['InternalError', 500, 'OBJECT_STORE_BUSY', true],
  ['RequestTimeout', 400, 'OBJECT_STORE_BUSY', true],
  ['ThrottlingException', 400, 'OBJECT_STORE_BUSY', true],
  ['TooManyRequests', 429, 'OBJECT_STORE_BUSY', true],
  ['OperationAborted', 409, 'OBJECT_STORE_BUSY', true],
  ['TemporaryRedirect', 307, 'OBJECT_STORE_BUSY', true],
  ['ExpiredToken', 400, 'OBJECT_STORE_EXPIRED', true],
  ['RequestTimeTooSkewed', 403, 'OBJECT_STORE_EXPIRED', true],
  ['BadDigest', 400, 'OBJECT_INCOMPLETE', true],
  ['XAmzContentSHA256Mismatch', 400, 'OBJECT_INCOMPLETE', true],
  ['XMinioStorageFull', 507, 'OBJECT_STORE_FULL', true],
  ['AccessDenied', 403, 'OBJECT_STORE_FORBIDDEN', false],
  ['AllAccessDisabled', 403, 'OBJECT_STORE_FORBIDDEN', false],
  ['InvalidAccessKeyId', 403, 'OBJECT_STORE_UNAUTHENTICATED', false],
  ['SignatureDoesNotMatch', 403, 'OBJECT_STORE_UNAUTHENTICATED', false],
  ['InvalidToken', 400, 'OBJECT_STORE_UNAUTHENTICATED', false],
  ['NoSuchBucket', 404, 'OBJECT_STORE_NO_BUCKET', false],
  ['PermanentRedirect', 301, 'OBJECT_STORE_WRONG_REGION', false],
  ['AuthorizationHeaderMalformed', 400, 'OBJECT_STORE_WRONG_REGION', false],
  ['KMS.DisabledException', 400, 'OBJECT_STORE_KMS_KEY', false],
  ['EntityTooLarge', 400, 'OBJECT_TOO_LARGE', false],
  ['NotImplemented', 501, 'OBJECT_STORE_UNSUPPORTED', false],
  ['SomethingNew', 503, 'OBJECT_STORE_FAILED', true],
  ['SomethingNew', 400, 'OBJECT_STORE_FAILED', false],
];

for (const [vendorCode, status, code, transient] of answers) {
  test(`${vendorCode} ${status} is ${code}, ${transient ? 'worth' : 'not worth'} trying again`, async () => {
    service.answer({ status, body: xml(vendorCode) });
    await assert.rejects(store.put('a/b', [Buffer.from('x')]), { name: 'AppError', code, transient });
    assert.equal(service.requests.length, transient ? TRIES : 1, 'the library does not try again');
  });
}

for (const [action, resource, call] of [
  ['s3:PutObject', `${BUCKET_ARN}/*`, () => store.put('a', [])],
  ['s3:GetObject', `${BUCKET_ARN}/*`, () => store.get('a')],
  ['s3:GetObject', `${BUCKET_ARN}/*`, () => store.head('a')],
  ['s3:ListBucket', BUCKET_ARN, () => collect(store.list('a'))],
  ['s3:DeleteObject', `${BUCKET_ARN}/*`, () => store.delete('a')],
] as const) {
  test(`the hint of a refused request names ${action} and where to allow it: ${String(call)}`, async () => {
    service.answer({ status: 403, body: xml('AccessDenied') });
    const named = ({ hint }: { readonly hint?: string }): boolean =>
      hint?.startsWith(`Allow ${action} on ${resource}`) ?? false;
    await assert.rejects(call(), named);
  });
}

async function collect(objects: AsyncIterable<unknown>): Promise<void> {
  for await (const object of objects) assert.ok(object);
}

// The answer to a HEAD request has no body.
for (const [status, code, transient] of [
  [301, 'OBJECT_STORE_WRONG_REGION', false],
  [400, 'OBJECT_STORE_FAILED', false],
  [403, 'OBJECT_STORE_FORBIDDEN', false],
  [500, 'OBJECT_STORE_FAILED', true],
  [503, 'OBJECT_STORE_FAILED', true],
] as const) {
  test(`a bare ${status} is ${code}, ${transient ? 'worth' : 'not worth'} trying again`, async () => {
    service.answer({ status });
    await assert.rejects(store.head('a/b'), { name: 'AppError', code, transient });
    assert.equal(service.requests.length, transient ? TRIES : 1);
  });
}

test('an answer that is not XML is classified by its status', async () => {
  service.answer({ status: 502, body: '<html><body>bad gateway<br></body></html>' });
  await assert.rejects(store.put('a', [Buffer.from('x')]), { code: 'OBJECT_STORE_FAILED', transient: true });
});

test('a redirect is not followed', async () => {
  await assertRedirectsNotFollowed(service, store, {
    headers: { 'x-amz-bucket-region': 'eu-west-1' },
    code: /^OBJECT_STORE_(REDIRECTED|WRONG_REGION)$/,
  });
});

test('an acknowledgement of other bytes is an error', async () => {
  service.answer({ status: 200, headers: { 'x-amz-checksum-sha256': `${'A'.repeat(43)}=` } });
  await assert.rejects(store.put('a', [Buffer.from('x')]), { code: 'OBJECT_INCOMPLETE', transient: true });
});

test('the region of the bucket is asked for, and a failure is not kept', async () => {
  const asking = await openObjectStore({ ...config, asksRegion: true }, SURROUNDINGS);
  service.answer({ status: 403, body: xml('AccessDenied') });
  await assert.rejects(asking.put('a', [Buffer.from('x')]), { code: 'OBJECT_STORE_FORBIDDEN' });
  assert.deepEqual(service.requests, ['GET /exports/?location=']);
  service.answer({ status: 200, body: '<LocationConstraint>EU</LocationConstraint>' });
  await asking.put('a', [Buffer.from('x')]);
  await asking.put('b', [Buffer.from('x')]);
  assert.deepEqual(service.requests, [
    'GET /exports/?location=',
    'PUT /exports/a?x-id=PutObject',
    'PUT /exports/b?x-id=PutObject',
  ]);
});

test('a store that keeps silent about a connection is unreachable for now', () => {
  const silent = Object.assign(new Error('did not establish a connection'), { name: 'TimeoutError' });
  assert.equal(classified('writing', 'a/b', silent, BUCKET_ARN).transient, true);
});

test('the error on a machine without credentials says which ones to give', () => {
  const none = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
  const error = classified('writing', 'a/b', none, BUCKET_ARN);
  assert.deepEqual([error.code, error.transient], ['OBJECT_STORE_NO_CREDENTIALS', false]);
});
