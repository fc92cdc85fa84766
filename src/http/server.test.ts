import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import {
  buildApi,
  FOREIGN_GROUP,
  GROUP,
  ManualClock,
  ORG,
  OTHER_ORG,
  PRIVATE_KEY,
  send,
  sign,
  THING,
  UNKNOWN_GROUP,
  type Sent,
} from '../../test/support/api-server.ts';
import { NO_ACCESS_LIST } from '../../test/support/control-plane.ts';
import { AppError } from '../kernel/errors.ts';
import { createDigestAuthenticator, NOTHING, version, type Authenticator, type Operation } from './index.ts';
import { CHALLENGE_BODY } from './auth/challenge.ts';

const api = buildApi();
after(() => api.close());

const V1 = '/api/atlas/v1.0';
const V2 = '/api/atlas/v2';
const accept = (date: string) => ({ accept: `application/vnd.atlas.${date}+json` });
const NEWEST = accept('2024-05-30');
const JSON_BODY = { 'content-type': 'application/json' };
const BODY = JSON.stringify({ bucketName: 'example-bucket', iamRoleId: THING, cloudProvider: 'AWS' });

/** The headers of an answer, without the headers of the connection. */
const ownHeaders = (reply: LightMyRequestResponse): Record<string, unknown> =>
  Object.fromEntries(Object.entries(reply.headers).filter(([name]) => name !== 'date' && name !== 'connection'));

const documentOf = (detail: string, error: number, errorCode: string, parameters: readonly unknown[], reason: string) =>
  JSON.stringify({ detail, error, errorCode, parameters, reason });

async function failure(request: Sent, app: FastifyInstance = api): Promise<string> {
  const reply = await send(app, request);
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.equal(reply.headers['x-error-code'], reply.json<{ errorCode: string }>().errorCode);
  assert.equal(reply.headers['www-authenticate'], undefined);
  assert.equal(reply.statusCode, reply.json<{ error: number }>().error);
  return reply.body;
}

const code = async (request: Sent, app: FastifyInstance = api): Promise<string> => {
  const { error, errorCode } = JSON.parse(await failure(request, app)) as { error: number; errorCode: string };
  return `${error} ${errorCode}`;
};

describe('without credentials', () => {
  for (const url of [
    '/api',
    '/api/nope',
    '/api/%zz',
    V1,
    `${V2}/groups/zz/things`,
    `${V2}/groups/%zz?envelope=true`,
    `${V1}?pretty=x`,
  ]) {
    test(`${url} is challenged`, async () => {
      const reply = await api.inject({ url });
      assert.equal(reply.statusCode, 401);
      assert.deepEqual(reply.payload, CHALLENGE_BODY);
      const { 'www-authenticate': challenge, ...headers } = ownHeaders(reply);
      assert.deepEqual(headers, {
        'content-length': '142',
        'content-type': 'application/json',
        server: 'mdbws',
        vary: 'Accept-Encoding',
      });
      assert.match(
        String(challenge),
        /^Digest realm="MMS Public API", domain="", nonce="[A-Za-z0-9+/]{32}", algorithm=MD5, qop="auth", stale=false$/,
      );
    });
  }
  test('only GET and POST have Vary', async () => {
    const varies = async (method: 'POST' | 'DELETE' | 'PATCH') =>
      (await api.inject({ method, url: `${V2}/groups/${GROUP}/things` })).headers['vary'];
    assert.deepEqual(
      [await varies('POST'), await varies('DELETE'), await varies('PATCH')],
      ['Accept-Encoding', undefined, undefined],
    );
  });
});

describe('successes', () => {
  test('v2 carries the headers of Atlas', async () => {
    const reply = await send(api, { url: `${V2}/groups/${GROUP}/things`, headers: NEWEST });
    const { 'x-request-id': id, 'x-envoy-upstream-service-time': time, ...headers } = ownHeaders(reply);
    assert.match(String(id), /^[0-9a-f]{24}$/);
    assert.match(String(time), /^\d+$/);
    assert.deepEqual(headers, {
      'content-length': String(reply.rawPayload.length),
      'content-type': 'application/vnd.atlas.2023-01-01+json;charset=utf-8',
      'ratelimit-limit': '1200',
      'ratelimit-remaining': '1199',
      'referrer-policy': 'strict-origin-when-cross-origin',
      server: 'mdbws',
      'strict-transport-security': 'max-age=31536000; includeSubdomains;',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-mongodb-service-version': `gitHash=${'0'.repeat(40)}; versionString=0.1.0`,
      'x-permitted-cross-domain-policies': 'none',
    });
  });

  test('v1.0 is application/json without Ratelimit', async () => {
    const reply = await send(api, { url: V1 });
    assert.equal(reply.headers['content-type'], 'application/json');
    assert.equal(reply.headers['ratelimit-limit'], undefined);
    assert.equal(reply.body, '{"publicKey":"orgowner","here":"http://localhost:80/api/atlas/v1.0/x"}');
  });

  test('the extension API is served beside the others', async () => {
    const reply = await send(api, { url: '/api/longshore/v1' });
    assert.match(reply.body, /"here":"http:\/\/localhost:80\/api\/longshore\/v1\/x"/);
  });

  test('the version is chosen by Accept, and a superseded one says so', async () => {
    const create = (date: string) =>
      send(api, {
        method: 'POST',
        url: `${V2}/groups/${GROUP}/things`,
        headers: { ...accept(date), ...JSON_BODY },
        payload: BODY,
      });
    const older = await create('2023-07-01');
    assert.equal(older.body, '{"v":"2023-01-01"}');
    assert.equal(older.headers['deprecation'], 'Thu, 30 May 2024 00:00:00 GMT');
    assert.equal(older.headers['sunset'], 'Thu, 1 Jul 2027 00:00:00 GMT');
    const newer = await create('2025-01-01');
    assert.equal(newer.body, '{"v":"2024-05-30"}');
    assert.equal(newer.headers['sunset'], undefined);
  });

  test('a trailing slash and an empty query are accepted', async () => {
    for (const url of [
      `${V1}/`,
      `${V1}?`,
      `${V1}/?`,
      `${V1}/groups/${GROUP}/things/`,
      `${V1}/groups/${GROUP}/things?`,
    ]) {
      assert.equal((await send(api, { url })).statusCode, 200, url);
    }
    const slashed = await send(api, { url: `${V1}/groups/${GROUP}/things/` });
    assert.match(slashed.body, /\/things\?pageNum=1/);
  });

  test('204 keeps Content-Type and has neither body nor length', async () => {
    const reply = await send(api, { method: 'DELETE', url: `${V2}/groups/${GROUP}/things/${THING}`, headers: NEWEST });
    assert.equal(reply.statusCode, 204);
    assert.equal(reply.headers['content-type'], 'application/vnd.atlas.2023-01-01+json;charset=utf-8');
    assert.deepEqual([reply.body, reply.headers['content-length']], ['', undefined]);
  });

  test('HEAD is GET without the body', async () => {
    const reply = await send(api, { method: 'HEAD', url: V1 });
    assert.deepEqual([reply.statusCode, reply.body], [200, '']);
    assert.ok(Number(reply.headers['content-length']) > 50);
  });

  test('DELETE may come with a Content-Type and no body, GET with a body', async () => {
    const url = `${V1}/groups/${GROUP}/things/${THING}`;
    assert.equal((await send(api, { method: 'DELETE', url, headers: JSON_BODY })).statusCode, 204);
    assert.equal((await send(api, { url: V1, headers: JSON_BODY, payload: '{}' })).statusCode, 200);
  });

  test('an empty body means no attributes', async () => {
    const reply = await send(api, { method: 'PATCH', url: `${V1}/groups/${GROUP}/optional` });
    assert.deepEqual([reply.statusCode, reply.body], [200, '{}']);
  });

  test('links start with the public URL if there is one', async () => {
    const app = buildApi({ publicUrl: 'https://longshore.example.com/base/' });
    const { body } = await send(app, { url: `${V1}/groups/${GROUP}/things` });
    assert.match(
      body,
      /"href":"https:\/\/longshore\.example\.com\/base\/api\/atlas\/v1\.0\/groups\/[0-9a-f]{24}\/things\?page/,
    );
  });
});

describe('pretty and envelope', () => {
  test('pretty prints answers and errors', async () => {
    assert.match((await send(api, { url: `${V1}?pretty=true` })).body, /^\{\n {2}"publicKey" : "orgowner",\n/);
    assert.match(await failure({ url: '/api/nope?pretty=True' }), /^\{\n {2}"detail" : /);
  });

  test('v2 wraps in content, v1.0 in content and envelope, lists in themselves', async () => {
    const keys = async (url: string) => Object.keys((await send(api, { url, headers: NEWEST })).json<object>());
    assert.deepEqual(await keys(`${V2}?envelope=true`), ['status', 'content']);
    assert.deepEqual(await keys(`${V1}?envelope=true`), ['status', 'content', 'envelope']);
    assert.deepEqual(await keys(`${V2}/groups/${GROUP}/things?envelope=true`), [
      'links',
      'results',
      'status',
      'totalCount',
    ]);
    assert.deepEqual(await keys(`${V1}/groups/${GROUP}/things?envelope=true&includeCount=false`), [
      'links',
      'results',
      'status',
    ]);
  });

  test('an error in an envelope is HTTP 200', async () => {
    const reply = await send(api, { url: `${V2}/groups/${UNKNOWN_GROUP}/things?envelope=true`, headers: NEWEST });
    const content = documentOf(
      `No group with ID ${UNKNOWN_GROUP} exists.`,
      404,
      'GROUP_NOT_FOUND',
      [UNKNOWN_GROUP],
      'Not Found',
    );
    assert.deepEqual([reply.statusCode, reply.body], [200, `{"status":404,"content":${content}}`]);
    const old = await send(api, { url: `${V1}/groups/${UNKNOWN_GROUP}/things?envelope=true` });
    assert.equal(old.body, `{"status":404,"content":${content},"envelope":${content}}`);
  });

  test('204 in an envelope has an empty content', async () => {
    const url = `${V2}/groups/${GROUP}/things/${THING}?envelope=true`;
    const reply = await send(api, { method: 'DELETE', url, headers: NEWEST });
    assert.deepEqual([reply.statusCode, reply.body], [200, '{"status":204,"content":{}}']);
  });

  test('a value that is neither true nor false is refused, with a plain answer', async () => {
    for (const name of ['pretty', 'envelope']) {
      assert.equal(
        await failure({ url: `${V1}?${name}=maybe` }),
        documentOf(
          `The query parameter ${name} has a value that is not valid.`,
          400,
          'INVALID_QUERY_PARAMETER',
          [name],
          'Bad Request',
        ),
      );
    }
  });
});

describe('paths', () => {
  test('the error for an unknown route names its path', async () => {
    for (const path of ['/api', '/api/nope', `${V2}/groups/${GROUP}/nope`, `${V2}x`]) {
      assert.equal(
        await failure({ url: `${path}?a=b` }),
        documentOf(`Cannot find resource ${path}.`, 404, 'RESOURCE_NOT_FOUND', [path], 'Not Found'),
      );
    }
  });

  test('an operation is served only where it has a version', async () => {
    assert.equal(await code({ url: `${V1}/groups/${GROUP}/things/${THING}` }), '405 METHOD_NOT_ALLOWED');
    assert.equal(await code({ url: `${V2}/groups/${GROUP}/named/x`, headers: NEWEST }), '404 RESOURCE_NOT_FOUND');
  });

  test('a method without a route is 405, and Allow lists the path’s methods', async () => {
    const path = `${V2}/groups/${GROUP}/things`;
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const reply = await send(api, { method, url: path });
      assert.deepEqual([reply.statusCode, reply.headers['allow']], [405, 'GET, HEAD, POST']);
      assert.equal(
        reply.body,
        documentOf(
          `The method ${method} is not supported for the resource ${path}.`,
          405,
          'METHOD_NOT_ALLOWED',
          [method, path],
          'Method Not Allowed',
        ),
      );
    }
  });

  test('a malformed id: 400 in v2, its own error in v1.0', async () => {
    for (const id of ['zz', `${GROUP}0`, GROUP.toUpperCase(), '%20']) {
      const path = `${V2}/groups/${id}/things`;
      assert.equal(
        await failure({ url: `${path}?pretty=false`, headers: NEWEST }),
        documentOf(
          `One or more path parameter in the request URI ${path} is malformed.`,
          400,
          'PATH_PARAM_PARSE_ERROR',
          [path],
          'Bad Request',
        ),
      );
    }
    assert.equal(await code({ url: `${V1}/groups/zz/things` }), '404 INVALID_GROUP_ID');
    assert.equal(await code({ url: `${V1}/orgs/zz/defect` }), '404 INVALID_ORG_ID');
    assert.equal(
      await code({ method: 'DELETE', url: `${V1}/groups/${GROUP}/things/zz` }),
      '400 INVALID_PATH_PARAMETER',
    );
  });

  test('bad percent-encoding, NUL and control characters are malformed', async () => {
    for (const name of ['%zz', '%', 'a%00b', '%0a', '%7f', '%c3%28']) {
      assert.equal(await code({ url: `${V1}/groups/${GROUP}/named/${name}` }), '400 PATH_PARAM_PARSE_ERROR', name);
    }
  });

  test('a name is decoded once', async () => {
    for (const [encoded, name] of [
      ['a%20b', 'a b'],
      ['10.0.0.0%2F32', '10.0.0.0/32'],
      ['%2525', '%25'],
      ['%C3%BC', 'ü'],
    ]) {
      const reply = await send(api, { url: `${V1}/groups/${GROUP}/named/${encoded ?? ''}` });
      assert.equal(reply.body, JSON.stringify({ name }));
    }
  });

  test('a target that is too long is 414', async () => {
    assert.equal(await code({ url: `${V1}/groups/${GROUP}/named/${'x'.repeat(8200)}` }), '414 URI_TOO_LONG');
    assert.equal(await code({ url: `${V1}?${'x'.repeat(8200)}` }), '414 URI_TOO_LONG');
    assert.equal((await send(api, { url: `${V1}/groups/${GROUP}/named/${'x'.repeat(5000)}` })).statusCode, 200);
  });

  test('an invalid Host header is refused, because links would contain it', async () => {
    assert.equal(await code({ url: V1, headers: { host: 'evil"host' } }), '400 BAD_REQUEST');
  });
});

describe('who may', () => {
  test('a caller without the role: 401 without a challenge', async () => {
    const refused = documentOf(
      'Current user is not authorized to perform this action.',
      401,
      'USER_UNAUTHORIZED',
      [],
      'Unauthorized',
    );
    const create: Sent = { method: 'POST', url: `${V1}/groups/${GROUP}/things`, headers: JSON_BODY, payload: '{' };
    assert.equal(await failure({ ...create, key: 'readonly' }), refused);
    assert.equal(await failure({ url: `${V1}/groups/${GROUP}/things`, key: 'justmemb' }), refused);
    assert.equal(await failure({ url: `${V1}/groups/${FOREIGN_GROUP}/things` }), refused);
    assert.equal(await failure({ url: `${V1}/orgs/${OTHER_ORG}/defect` }), refused);
    assert.equal(await failure({ url: `${V1}/orgs/${ORG}/defect`, key: 'readonly' }), refused);
  });

  test('an unknown project is 404 for everybody who has a key, without Ratelimit', async () => {
    for (const key of ['orgowner', 'readonly', 'justmemb']) {
      const reply = await send(api, { url: `${V2}/groups/${UNKNOWN_GROUP}/things`, headers: NEWEST, key });
      assert.equal(
        reply.body,
        documentOf(`No group with ID ${UNKNOWN_GROUP} exists.`, 404, 'GROUP_NOT_FOUND', [UNKNOWN_GROUP], 'Not Found'),
      );
      assert.equal(reply.headers['ratelimit-limit'], undefined);
    }
    // Clients ask for resources that this server does not have, too, and expect to read that their project is missing.
    const target = `${V2}/groups/${UNKNOWN_GROUP}/nope`;
    assert.equal(await code({ url: target, headers: NEWEST }), '404 GROUP_NOT_FOUND');
  });

  test('a wrong or an unknown key is challenged', async () => {
    for (const request of [{ key: 'nobodysk' }, { privateKey: 'wrong' }]) {
      const reply = await send(api, { url: V1, ...request });
      assert.deepEqual([reply.statusCode, reply.payload], [401, CHALLENGE_BODY]);
      assert.match(String(reply.headers['www-authenticate']), /stale=false$/);
    }
  });
});

describe('bodies', () => {
  const post = (payload: string | Buffer, headers: Readonly<Record<string, string>> = JSON_BODY): Sent => ({
    method: 'POST',
    url: `${V2}/groups/${GROUP}/things`,
    headers: { ...NEWEST, ...headers },
    payload,
  });

  test('invalid bodies have the errors of the contract', async () => {
    assert.equal(await code(post('{')), '400 MALFORMED_JSON');
    assert.equal(await code(post('')), '400 MALFORMED_JSON');
    assert.equal(await code(post('{"bucketName":"a","bucketName":"b"}')), '400 MALFORMED_JSON');
    assert.equal(await code(post('[]')), '400 INVALID_JSON');
    assert.equal(await code(post(BODY, { 'content-type': 'text/plain' })), '415 UNSUPPORTED_MEDIA_TYPE');
    assert.equal(await code(post(BODY, { 'content-type': 'not a type' })), '415 UNSUPPORTED_MEDIA_TYPE');
    assert.equal(await code(post(BODY, {})), '415 UNSUPPORTED_MEDIA_TYPE');
    assert.equal(await code(post(BODY, { ...JSON_BODY, 'content-encoding': 'gzip' })), '415 UNSUPPORTED_MEDIA_TYPE');
    assert.equal(await code(post(BODY.replace('"AWS"', '"IBM"'))), '400 INVALID_ENUM_VALUE');
    assert.equal(
      await failure(post(BODY.replace(THING, 'short'))),
      documentOf(
        'Received JSON for the iamRoleId attribute does not match expected format.',
        400,
        'INVALID_JSON_ATTRIBUTE',
        ['iamRoleId'],
        'Bad Request',
      ),
    );
    assert.equal(
      await failure(post('{"bucketName":"abc","cloudProvider":"AWS"}')),
      documentOf(
        'The required attribute iamRoleId was not specified.',
        400,
        'MISSING_ATTRIBUTE',
        ['iamRoleId'],
        'Bad Request',
      ),
    );
  });

  test('a body beyond the limit is 413, one at the limit is read', async () => {
    const app = buildApi({ bodyLimitBytes: 200 });
    assert.equal((await send(app, post(BODY.padEnd(200)))).statusCode, 200);
    assert.equal(await code(post(BODY.padEnd(201)), app), '413 PAYLOAD_TOO_LARGE');
  });

  test('the dated media type is a JSON type, too', async () => {
    const reply = await send(api, post(BODY, { 'content-type': 'application/vnd.atlas.2024-05-30+json' }));
    assert.equal(reply.statusCode, 200);
  });

  test('an error after the rate limit carries its headers, and those of the version', async () => {
    const reply = await send(api, { ...post('{'), headers: { ...accept('2023-01-01'), ...JSON_BODY } });
    assert.equal(reply.headers['ratelimit-limit'], '1200');
    assert.equal(reply.headers['sunset'], 'Thu, 1 Jul 2027 00:00:00 GMT');
    assert.equal(reply.headers['vary'], 'Accept-Encoding');
  });
});

test('fields of a validation error stand under badRequestDetail', async () => {
  assert.equal(
    await failure({ url: `${V2}/groups/${GROUP}/things/${THING}`, headers: NEWEST }),
    '{"badRequestDetail":{"fields":[{"description":"No such role.","field":"_roles"}]},' +
      '"detail":"The request content produced validation errors.","error":400,"errorCode":"BAD_REQUEST","parameters":[],"reason":"Bad Request"}',
  );
});

test('a defect is 500, and only the log has its cause', async () => {
  const logged: unknown[] = [];
  const log = (message: string, fields?: unknown): void => void logged.push([message, fields]);
  const app = buildApi({ logger: { debug: () => undefined, info: () => undefined, warn: log, error: log } });
  const body = await failure({ url: `${V1}/orgs/${ORG}/defect` }, app);
  assert.equal(body, documentOf('Unexpected error.', 500, 'UNEXPECTED_ERROR', [], 'Internal Server Error'));
  assert.equal(logged.length, 1);
  const [[message, fields]] = logged as [[string, { error: Error; path: string }]];
  assert.deepEqual(
    [message, fields.error.message, fields.path],
    ['request failed', 'the cause, not to be shown', `${V1}/orgs/${ORG}/defect`],
  );
});

describe('outside the API', () => {
  for (const url of ['/', '/nope', '/%zz', '/apis', '/API/atlas/v2', '//api/atlas/v2', '/nope?envelope=true']) {
    test(`${url} is a plain 404, without a challenge`, async () => {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS'] as const) {
        const reply = await api.inject({ method, url, payload: '{', headers: { 'content-type': 'application/json' } });
        assert.equal(reply.statusCode, 404, method);
        assert.deepEqual(Object.keys(ownHeaders(reply)).toSorted(), [
          'content-length',
          'content-type',
          'x-content-type-options',
        ]);
        assert.match(reply.body, /^Nothing is served here\./);
      }
    });
  }

  test('another plugin may be registered beside it, and answers by itself', async () => {
    const app = buildApi();
    await app.register(
      (scope) => {
        scope.get('/live', () => ({ ok: true }));
        return Promise.resolve();
      },
      { prefix: '/health' },
    );
    assert.equal((await app.inject({ url: '/health/live' })).body, '{"ok":true}');
    assert.equal((await app.inject({ url: '/health/nope' })).statusCode, 404);
    assert.equal((await app.inject({ url: V1 })).statusCode, 401);
  });
});

test('each authenticator answers for its own scheme, and all of them challenge a request without credentials', async () => {
  const bearer: Authenticator = {
    recognizes: (authorization) => authorization.startsWith('Bearer '),
    verify: ({ authorization }) =>
      Promise.resolve(
        authorization === 'Bearer right'
          ? { caller: { kind: 'apiKey', id: THING, publicKey: 'bearer', orgId: ORG, roles: [], ...NO_ACCESS_LIST } }
          : { challenges: ['Bearer error="invalid_token"'] },
      ),
    challenges: () => ['Bearer'],
  };
  const clock = new ManualClock();
  const digest = createDigestAuthenticator({ clock, lookupKey: () => Promise.resolve(undefined) });
  const app = buildApi({ clock, authenticators: [digest, bearer] });
  const ask = async (authorization?: string): Promise<readonly [number, string]> => {
    const { statusCode, headers } = await app.inject({ url: V1, headers: authorization ? { authorization } : {} });
    const challenges: string | string[] = headers['www-authenticate'] ?? [];
    return [
      statusCode,
      [challenges]
        .flat()
        .join(' & ')
        .replaceAll(/nonce="[^"]*"/g, 'nonce'),
    ];
  };
  const digestChallenge = 'Digest realm="MMS Public API", domain="", nonce, algorithm=MD5, qop="auth", stale=false';
  assert.deepEqual(await ask('Bearer right'), [200, '']);
  assert.deepEqual(await ask('Bearer wrong'), [401, 'Bearer error="invalid_token"']);
  assert.deepEqual(await ask('Digest nonsense'), [401, digestChallenge]);
  for (const header of [undefined, 'Basic YTpi', 'nonsense']) {
    assert.deepEqual(await ask(header), [401, `${digestChallenge} & Bearer`]);
  }
});

test('a failing key store is 500, too', async () => {
  const app = buildApi({ lookupKey: () => Promise.reject(new Error('disk is gone')) });
  for (const url of [V1, '/api/nope', '/api/%zz']) assert.equal(await codeUnsigned(app, url), '500 UNEXPECTED_ERROR');
});

test('metadata on a full disk are 507, and on a faulty one 503', async () => {
  const answers = {
    DATABASE_FULL: '507 INSUFFICIENT_STORAGE',
    DATABASE_READ_ONLY: '503 SERVICE_UNAVAILABLE',
    DATABASE_DISK_FAILED: '503 SERVICE_UNAVAILABLE',
  };
  for (const [code, answer] of Object.entries(answers)) {
    const fault = new AppError({ code, message: 'the disk is at fault', transient: true });
    const app = buildApi({ lookupKey: () => Promise.reject(fault) });
    assert.equal(await codeUnsigned(app, V1), answer);
  }
});

async function codeUnsigned(app: FastifyInstance, uri: string): Promise<string> {
  const challenge = String((await app.inject({ url: V1 })).headers['www-authenticate']);
  const authorization = sign(challenge, { key: 'orgowner', privateKey: PRIVATE_KEY, method: 'GET', uri });
  const reply = await app.inject({ url: uri, headers: { authorization } });
  return `${reply.statusCode} ${reply.json<{ errorCode: string }>().errorCode}`;
}

test('an operation of group scope without a project in its path is refused at the start', () => {
  const operation: Operation = {
    id: 'nowhere',
    summary: 'Is nowhere',
    method: 'GET',
    path: '/nowhere',
    access: { scope: 'group', anyOf: ['GROUP_OWNER'] },
    rateLimit: 'groups',
    versions: [version({ version: 'v1.0', answers: NOTHING, handle: () => Promise.resolve({ status: 204 }) })],
  };
  assert.throws(() => buildApi({ operations: [operation] }), /nowhere asks for a role in a project/);
});

test('answered requests are logged without their query', async () => {
  const lines: unknown[] = [];
  const quiet = (): void => undefined;
  const debug = (_message: string, fields?: unknown): void => void lines.push(fields);
  const app = buildApi({ logger: { debug, info: quiet, warn: quiet, error: quiet } });
  await send(app, { url: `${V1}?pretty=true` });
  const last = lines.at(-1) as Record<string, unknown>;
  assert.deepEqual([last['path'], last['status'], last['publicKey'], last['method']], [V1, 200, 'orgowner', 'GET']);
});

describe('rate limits', () => {
  const exhaust = async (app: FastifyInstance): Promise<LightMyRequestResponse> => {
    const challenge = String((await app.inject({ url: V1 })).headers['www-authenticate']);
    const uri = `${V2}/`;
    for (let count = 1; ; count++) {
      const nc = count.toString(16).padStart(8, '0');
      const authorization = sign(challenge, { key: 'orgowner', privateKey: PRIVATE_KEY, method: 'GET', uri, nc });
      const reply = await app.inject({ url: uri, headers: { ...accept('2025-01-01'), authorization } });
      if (count > 300) return reply;
      assert.equal(reply.headers['ratelimit-remaining'], String(300 - count));
    }
  };

  test('an empty bucket is 429 with the time to wait', async () => {
    const clock = new ManualClock();
    const app = buildApi({ clock });
    const reply = await exhaust(app);
    assert.equal(
      reply.body,
      documentOf(
        'Rate limit exceeded for api/atlas/v2/. Please retry after 1 seconds. Request capacity: 300. Refill rate: 100 per 60 seconds.',
        429,
        'RATE_LIMITED_TOKEN_BUCKET',
        ['api/atlas/v2/', 1, 300, 100, 60],
        'Too Many Requests',
      ),
    );
    assert.deepEqual(
      [reply.headers['retry-after'], reply.headers['ratelimit-limit'], reply.headers['ratelimit-remaining']],
      ['1', '300', '0'],
    );
    assert.equal(await code({ url: V1 }, app), '429 RATE_LIMITED_TOKEN_BUCKET');
    clock.advance(1000);
    assert.equal((await send(app, { url: V1 })).statusCode, 200);
  });

  test('they can be reported without being enforced', async () => {
    const reply = await exhaust(buildApi({ enforceRateLimits: false }));
    assert.deepEqual([reply.statusCode, reply.headers['ratelimit-remaining']], [200, '0']);
  });
});
