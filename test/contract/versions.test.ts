import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { expectError } from './expect.ts';

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

const BUCKETS = '/backup/exportBuckets';
const media = (version: string) => `application/vnd.atlas.${version}+json`;

/** The requested media type, the resource, and the version that answers; undefined for 406. */
const negotiated: readonly (readonly [accept: string | undefined, path: string, answered: string | undefined])[] = [
  [media('2023-01-01'), BUCKETS, '2023-01-01'],
  [media('2024-05-30'), BUCKETS, '2024-05-30'],
  // Between two versions: the newest that is not later.
  [media('2023-02-01'), BUCKETS, '2023-01-01'],
  [media('2024-05-29'), BUCKETS, '2023-01-01'],
  [media('2025-03-12'), BUCKETS, '2024-05-30'],
  // The future is the newest version there is.
  [media('2099-12-31'), BUCKETS, '2024-05-30'],
  [media('2025-03-12'), '/cloudProviderAccess', '2023-01-01'],
  [`${media('2024-05-30')};charset=utf-8`, BUCKETS, '2024-05-30'],
  [media('2024-05-30').toUpperCase(), BUCKETS, '2024-05-30'],
  [`application/json, ${media('2024-05-30')}`, BUCKETS, '2024-05-30'],
  [`${media('2023-01-01')};q=0.5, ${media('2024-05-30')}`, BUCKETS, '2024-05-30'],
  [`${media('2024-05-30')};q=0`, BUCKETS, undefined],
  // Before the first version, no version, no date.
  [media('2022-12-31'), BUCKETS, undefined],
  [undefined, BUCKETS, undefined],
  ['', BUCKETS, undefined],
  ['*/*', BUCKETS, undefined],
  ['application/json', BUCKETS, undefined],
  ['application/*', BUCKETS, undefined],
  [media('2024-02-30'), BUCKETS, undefined],
  [media('2024-5-30'), BUCKETS, undefined],
  [media('preview'), BUCKETS, undefined],
  ['application/vnd.atlas.2024-05-30+xml', BUCKETS, undefined],
  ['nonsense', BUCKETS, undefined],
];

for (const [accept, path, answered] of negotiated) {
  test(`Accept: ${accept ?? '(none)'} for ${path} is answered with ${answered ?? '406'}`, async () => {
    const target = `/api/atlas/v2/groups/${service.groupId}${path}`;
    const reply = await service.client.send({ target, headers: accept === undefined ? {} : { accept } });
    if (answered === undefined) {
      expectError(reply, {
        status: 406,
        code: 'INVALID_VERSION_DATE',
        detail: 'Invalid accept header or version date.',
      });
    } else {
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.headers['content-type'], `${media(answered)};charset=utf-8`);
    }
  });
}

for (const accept of [undefined, '*/*', 'application/json', media('2024-05-30'), 'text/html']) {
  test(`v1.0 answers application/json to Accept: ${accept ?? '(none)'}`, async () => {
    const target = `/api/atlas/v1.0/groups/${service.groupId}${BUCKETS}`;
    const reply = await service.client.send({ target, headers: accept === undefined ? {} : { accept } });
    assert.deepEqual([reply.status, reply.headers['content-type']], [200, 'application/json']);
    for (const name of ['ratelimit-limit', 'deprecation', 'sunset']) assert.equal(reply.headers[name], undefined, name);
  });
}

test('a superseded version says so, on errors also, and the newest does not', async () => {
  const target = `/api/atlas/v2/groups/${service.groupId}${BUCKETS}`;
  const headersOf = async (path: string, date: string) =>
    (await service.client.send({ target: path, headers: { accept: media(date) } })).headers;
  for (const path of [target, `${target}/111111111111111111111111`]) {
    const headers = await headersOf(path, '2023-01-01');
    // Days are not padded with zeros.
    assert.match(String(headers['deprecation']), /^[A-Z][a-z]{2}, [1-9]\d? [A-Z][a-z]{2} \d{4} 00:00:00 GMT$/);
    assert.equal(headers['sunset'], 'Thu, 1 Jul 2027 00:00:00 GMT');
  }
  const newest = await headersOf(target, '2024-05-30');
  assert.deepEqual([newest['deprecation'], newest['sunset']], [undefined, undefined]);
});

for (const contentType of ['application/json', 'application/json; charset=utf-8', media('2024-05-30')]) {
  test(`a body may be sent as ${contentType}`, async () => {
    const reply = await service.client.send({
      method: 'POST',
      target: `/api/atlas/v2/groups/${service.groupId}${BUCKETS}`,
      headers: { accept: media('2024-05-30'), 'content-type': contentType },
      body: { bucketName: 'media-types', cloudProvider: 'AWS', iamRoleId: service.roleId },
    });
    assert.equal(reply.status, 200, reply.text);
  });
}

const SECURITY_HEADERS = {
  'referrer-policy': 'strict-origin-when-cross-origin',
  'strict-transport-security': 'max-age=31536000; includeSubdomains;',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
};

test('an answer of v2 carries the headers that all of them carry', async () => {
  const target = `/api/atlas/v2/groups/${service.groupId}${BUCKETS}`;
  const { headers } = await service.client.send({ target, headers: { accept: media('2024-05-30') } });
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) assert.equal(headers[name], value, name);
  assert.ok(headers['date']);
});
