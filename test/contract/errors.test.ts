import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Exchange } from '../support/digest-client.ts';
import { NEWEST } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { expectError } from './expect.ts';
import type { ExpectedError } from './expect.ts';

// Refused requests. Each has its exact error document, and changes nothing.

let service: Service;
before(async () => {
  service = await startService();
  await service.project.bucket('already-there', service.roleId);
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

const UNKNOWN_ID = '111111111111111111111111';

/** Everything that a request could have changed. */
async function state(): Promise<unknown> {
  const text = async (rest: string) => (await service.project.send('GET', rest)).text;
  return {
    buckets: await text('/backup/exportBuckets'),
    roles: await text('/cloudProviderAccess'),
    keys: await text('/apiKeys'),
    clusters: await text('/clusters'),
    groups: (await service.client.send({ target: '/api/atlas/v2/groups', headers: NEWEST })).text,
    directories: readdirSync(join(service.dataDirectory, 'buckets'), { recursive: true }).toSorted(),
    around: readdirSync(join(service.dataDirectory, '..')).toSorted(),
  };
}

async function refused(exchange: Exchange, expected: ExpectedError): Promise<void> {
  const before = await state();
  expectError(await service.client.send(exchange), expected);
  assert.deepEqual(await state(), before, 'something was changed');
}

const valid = (): Record<string, unknown> => ({
  bucketName: 'never-made',
  cloudProvider: 'AWS',
  iamRoleId: service.roleId,
});

const create = (api: string, body: unknown, headers: Record<string, string> = {}): Exchange => ({
  method: 'POST',
  target: `/api/atlas/${api}/groups/${service.groupId}/backup/exportBuckets`,
  headers: { ...NEWEST, ...headers },
  body,
});

const bad = (code: string, parameters: readonly string[], detail: string): ExpectedError => ({
  status: 400,
  code,
  parameters,
  detail,
});
const malformed = bad('MALFORMED_JSON', [], 'Received JSON is malformed.');
const notAnObject = bad('INVALID_JSON', [], 'Received JSON does not match the expected format.');
const wrongType = (attribute: string) =>
  bad(
    'INVALID_JSON_ATTRIBUTE',
    [attribute],
    `Received JSON for the ${attribute} attribute does not match expected format.`,
  );
const missing = (attribute: string) =>
  bad('MISSING_ATTRIBUTE', [attribute], `The required attribute ${attribute} was not specified.`);
const unknown = (attribute: string) =>
  bad('INVALID_ATTRIBUTE', [attribute], `Invalid attribute ${attribute} specified.`);
const notInEnumeration = (value: string) =>
  bad('INVALID_ENUM_VALUE', [value], `An invalid enumeration value ${value} was specified.`);

/** Bodies of POST exportBuckets: text as it is sent, or what differs from a valid body. */
const bodies: readonly (readonly [name: string, body: string | Record<string, unknown>, expected: ExpectedError])[] = [
  ['an unknown attribute', { bucketNames: 'x' }, unknown('bucketNames')],
  ['an attribute that only answers have', { projectId: UNKNOWN_ID }, unknown('projectId')],
  ['the prototype as an attribute', '{"__proto__":{},"bucketName":"b"}', unknown('__proto__')],
  ['another case', { BucketName: 'x' }, unknown('BucketName')],
  ['a number for a name', { bucketName: 5 }, wrongType('bucketName')],
  ['null for a name', { bucketName: null }, missing('bucketName')],
  ['a list for a name', { bucketName: ['never-made'] }, wrongType('bucketName')],
  ['an object for an id', { iamRoleId: { $ne: null } }, wrongType('iamRoleId')],
  ['an id too short', { iamRoleId: 'abc' }, wrongType('iamRoleId')],
  ['an id too long', { iamRoleId: `${UNKNOWN_ID}1` }, wrongType('iamRoleId')],
  ['an id that is not hex', { iamRoleId: 'z'.repeat(24) }, wrongType('iamRoleId')],
  ['a NUL in a name', { bucketName: 'never-made\0' }, wrongType('bucketName')],
  ['a lone surrogate in a name', { bucketName: 'never-made\ud800' }, wrongType('bucketName')],
  ['no name', { bucketName: undefined }, missing('bucketName')],
  ['no provider', { cloudProvider: undefined }, missing('cloudProvider')],
  ['no role', { iamRoleId: undefined }, missing('iamRoleId')],
  ['another provider', { cloudProvider: 'OTHER' }, notInEnumeration('OTHER')],
  ['a provider in lower case', { cloudProvider: 'aws' }, notInEnumeration('aws')],
  ['an attribute twice', '{"bucketName":"never-made","bucketName":"never-made"}', malformed],
  ['an attribute twice, once escaped', '{"bucketName":"never-made","bucket\\u004eame":"other"}', malformed],
  ['JSON cut short', '{"bucketName":"never-made","cloudProvider":', malformed],
  ['text after the JSON', '{"bucketName":"never-made"} x', malformed],
  ['two documents', '{}{}', malformed],
  ['single quotes', "{'bucketName':'never-made'}", malformed],
  ['a trailing comma', '{"bucketName":"never-made",}', malformed],
  ['a comment', '{/* */}', malformed],
  ['NaN', '{"bucketName":NaN}', malformed],
  ['nesting without end', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, malformed],
  ['lists without end', '['.repeat(100_000), malformed],
  ['nothing at all', '', malformed],
  ['spaces', '   ', malformed],
  ['a list', '[]', notAnObject],
  ['a text', '"bucketName"', notAnObject],
  ['a number', '1', notAnObject],
  ['null', 'null', notAnObject],
  ['true', 'true', notAnObject],
];

for (const api of ['v1.0', 'v2']) {
  describe(`${api}: a body with`, () => {
    for (const [name, body, expected] of bodies) {
      test(name, async () => {
        await refused(create(api, typeof body === 'string' ? body : { ...valid(), ...body }), expected);
      });
    }
  });
}

/** Names that S3 refuses (its rules for general purpose buckets), and names that are paths. */
const BAD_NAMES = [
  '',
  'ab',
  'a'.repeat(64),
  'Upper-Case',
  'under_score',
  '-starts-with-hyphen',
  'ends-with-hyphen-',
  '.starts-with-dot',
  'ends-with-dot.',
  'two..dots',
  '192.168.5.4',
  'xn--prefix',
  'sthree-prefix',
  'amzn-s3-demo-prefix',
  'suffix-s3alias',
  'suffix--ol-s3',
  'suffix.mrap',
  'suffix--x-s3',
  'suffix--table-s3',
  'with space',
  'ünïcode',
  'line\nbreak',
  'tab\t',
  '.',
  '..',
  '../escaped',
  '../../escaped',
  '/absolute',
  'a/b',
  'a\\b',
  '..\\escaped',
  '%2e%2e',
  '%2e%2e%2fescaped',
  '~',
  '$HOME',
  'con:',
  'a'.repeat(100_000),
];

for (const name of BAD_NAMES) {
  const shown = name.length > 70 ? `${name.slice(0, 5)}… (${name.length})` : JSON.stringify(name);
  test(`the bucket name ${shown} is refused in both APIs`, async () => {
    for (const api of ['v1.0', 'v2']) {
      await refused(
        create(api, { ...valid(), bucketName: name }),
        bad('EXPORT_BUCKET_NAME_INVALID', [name], `The export bucket name ${name} is not valid.`),
      );
    }
  });
}

test('a role that does not exist', async () => {
  await refused(create('v2', { ...valid(), iamRoleId: UNKNOWN_ID }), {
    status: 404,
    code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND',
    parameters: [UNKNOWN_ID],
    detail: `No cloud provider access role with ID ${UNKNOWN_ID} exists.`,
  });
});

test('a role of another project is as unknown as one that does not exist', async () => {
  const foreign = await (await service.newProject('another')).role();
  await refused(create('v2', { ...valid(), iamRoleId: foreign }), {
    status: 404,
    code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND',
    parameters: [foreign],
    detail: `No cloud provider access role with ID ${foreign} exists.`,
  });
});

for (const contentType of [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=iso-8859-1',
  'application/vnd.atlas.2024-05-30+yaml',
  'nonsense',
]) {
  test(`a body of the type ${contentType}`, async () => {
    await refused(create('v2', valid(), { 'content-type': contentType }), {
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      detail: 'The request body must be JSON: application/json or application/vnd.atlas.<date>+json, in UTF-8.',
    });
  });
}

test('a body that is too large', async () => {
  const before = await state();
  const reply = await service.client.send(create('v2', { ...valid(), bucketName: 'a'.repeat(20_000_000) }));
  assert.equal(reply.status, 413);
  assert.equal(reply.headers['x-error-code'], 'PAYLOAD_TOO_LARGE');
  assert.match(
    reply.text,
    /^\{"detail":"The request body is larger than (\d+) bytes\.","error":413,"errorCode":"PAYLOAD_TOO_LARGE","parameters":\[\1\],"reason":"Payload Too Large"\}$/,
  );
  assert.deepEqual(await state(), before);
});

test('a body that never ends is not acted on', async () => {
  const before = await state();
  const exchange = create('v2', valid());
  const authorization = await service.client.authorizationFor(exchange);
  const { hostname, port } = new URL(service.url);
  const body = JSON.stringify(valid());
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST ${exchange.target} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${authorization}\r\n` +
      `Accept: ${NEWEST.accept}\r\nContent-Type: application/json\r\nContent-Length: ${body.length + 1}\r\n\r\n${body}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await state(), before);
});

describe('paths', () => {
  const v2 = (rest: string) => `/api/atlas/v2${rest}`;
  const v1 = (rest: string) => `/api/atlas/v1.0${rest}`;
  const malformedPath = (target: string): ExpectedError =>
    bad('PATH_PARAM_PARSE_ERROR', [target], `One or more path parameter in the request URI ${target} is malformed.`);

  for (const id of ['abc', 'ABCDEFABCDEFABCDEFABCDEF', `${UNKNOWN_ID}1`, 'zzzzzzzzzzzzzzzzzzzzzzzz', '1 1', '%00']) {
    const segment = encodeURIComponent(id).replace('%2500', '%00');
    test(`the project id ${JSON.stringify(id)}`, async () => {
      const target = v2(`/groups/${segment}/backup/exportBuckets`);
      const reply = await service.client.send({ target, headers: NEWEST });
      assert.deepEqual([reply.status, reply.headers['x-error-code']], [400, 'PATH_PARAM_PARSE_ERROR'], reply.text);
    });
  }

  test('a bucket id that is none', async () => {
    const target = v2(`/groups/${service.groupId}/backup/exportBuckets/not-an-id`);
    await refused({ target, headers: NEWEST }, malformedPath(target));
    await refused({ method: 'DELETE', target, headers: NEWEST }, malformedPath(target));
  });

  test('a project id that is none, in v1.0', async () => {
    await refused(
      { target: v1('/groups/not-an-id/backup/exportBuckets') },
      {
        status: 404,
        code: 'INVALID_GROUP_ID',
        parameters: ['not-an-id'],
        detail: 'An invalid group ID not-an-id was specified.',
      },
    );
  });

  test('a project that does not exist, without a word of rate limits', async () => {
    const target = v2(`/groups/${UNKNOWN_ID}/backup/exportBuckets`);
    const reply = await service.client.send({ target, headers: NEWEST });
    expectError(reply, {
      status: 404,
      code: 'GROUP_NOT_FOUND',
      parameters: [UNKNOWN_ID],
      detail: `No group with ID ${UNKNOWN_ID} exists.`,
    });
    assert.equal(reply.headers['ratelimit-limit'], undefined);
  });

  for (const rest of ['/nothing', '/groups/GROUP-ID/nothing', '/groups/byName/x/y/z']) {
    test(`${rest} is no resource`, async () => {
      // A project that does not exist is named before the resource.
      const target = v2(rest.replace('GROUP-ID', service.groupId));
      await refused(
        { target, headers: NEWEST },
        { status: 404, code: 'RESOURCE_NOT_FOUND', parameters: [target], detail: `Cannot find resource ${target}.` },
      );
    });
  }

  test('a method that a resource does not have', async () => {
    const target = v2(`/groups/${service.groupId}/backup/exportBuckets`);
    await refused(
      { method: 'PUT', target, headers: NEWEST, body: valid() },
      {
        status: 405,
        code: 'METHOD_NOT_ALLOWED',
        parameters: ['PUT', target],
        detail: `The method PUT is not supported for the resource ${target}.`,
      },
    );
  });

  for (const trick of [
    '/../../../etc/passwd',
    '/%2e%2e/%2e%2e',
    '/..%2f..%2f',
    '//',
    '/exportBuckets/%00',
    '/%',
    '/%ff',
    `/${'a'.repeat(5000)}`,
  ]) {
    test(`a trick: ${trick.slice(0, 30)}`, async () => {
      const before = await state();
      const reply = await service.client.send({
        target: v2(`/groups/${service.groupId}/backup${trick}`),
        headers: NEWEST,
      });
      assert.ok(reply.status >= 400 && reply.status < 500, reply.text);
      assert.match(reply.text, /"errorCode":"[A-Z_]+"/);
      assert.deepEqual(await state(), before);
    });
  }
});

describe('other resources', () => {
  const cluster = '/clusters/Cluster0';
  const noCluster = (): ExpectedError => ({
    status: 404,
    code: 'CLUSTER_NOT_FOUND',
    parameters: ['Cluster0', service.groupId],
    detail: `No cluster named Cluster0 exists in group ${service.groupId}.`,
  });
  const requests: readonly (readonly [string, () => Exchange, () => ExpectedError])[] = [
    [
      'an unknown bucket',
      () => ({ target: service.project.path(`/backup/exportBuckets/${UNKNOWN_ID}`) }),
      () => ({
        status: 404,
        code: 'EXPORT_BUCKET_NOT_FOUND',
        parameters: [UNKNOWN_ID],
        detail: `No export bucket with ID ${UNKNOWN_ID} exists.`,
      }),
    ],
    ['an unknown cluster', () => ({ target: service.project.path(cluster) }), noCluster],
    [
      'snapshots of an unknown cluster',
      () => ({ target: service.project.path(`${cluster}/backup/snapshots`) }),
      noCluster,
    ],
    [
      'a snapshot of an unknown cluster',
      () => ({
        method: 'POST',
        target: service.project.path(`${cluster}/backup/snapshots`),
        body: { retentionInDays: 1 },
      }),
      noCluster,
    ],
    [
      'an export of an unknown cluster',
      () => ({
        method: 'POST',
        target: service.project.path(`${cluster}/backup/exports`),
        body: { snapshotId: UNKNOWN_ID, exportBucketId: UNKNOWN_ID },
      }),
      noCluster,
    ],
    [
      'a retention of no days',
      () => ({
        method: 'POST',
        target: service.project.path(`${cluster}/backup/snapshots`),
        body: { retentionInDays: 0 },
      }),
      () => unknown('retentionInDays'),
    ],
    [
      'a role of no provider',
      () => ({ method: 'POST', target: service.project.path('/cloudProviderAccess'), body: {} }),
      () => missing('providerName'),
    ],
    [
      'a role of an unknown provider',
      () => ({ method: 'POST', target: service.project.path('/cloudProviderAccess'), body: { providerName: 'OTHER' } }),
      () => notInEnumeration('OTHER'),
    ],
    [
      'a project without a name',
      () => ({ method: 'POST', target: '/api/atlas/v2/groups', body: { orgId: service.orgId } }),
      () => missing('name'),
    ],
    [
      'an unknown key',
      () => ({ target: service.project.path(`/apiKeys/${UNKNOWN_ID}`), method: 'DELETE' }),
      () => ({
        status: 404,
        code: 'API_KEY_NOT_FOUND',
        parameters: [UNKNOWN_ID],
        detail: `No API key with ID ${UNKNOWN_ID} exists.`,
      }),
    ],
  ];
  for (const [name, exchange, expected] of requests) {
    test(name, async () => {
      await refused({ headers: NEWEST, ...exchange() }, expected());
    });
  }
});
