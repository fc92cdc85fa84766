import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { test, type TestContext } from 'node:test';
import { Type } from 'typebox';
import { jsonReader } from '../kernel/json-reader.ts';
import { createApiClient, RefusedError, type ApiClient } from './client.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly nonce: string | undefined;
  readonly nc: string | undefined;
}

interface Digester {
  readonly client: ApiClient;
  readonly seen: Seen[];
  /** The nonce that is taken from now on; others are stale. */
  nonce: string;
}

/** A server with digest whose answers the test gives. */
async function serving(
  t: TestContext,
  answer: (request: IncomingMessage) => { status?: number; body: unknown },
  privateKey = 'secret',
): Promise<Digester> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { method = '', url = '' } = request;
    const of = (name: string): string | undefined =>
      new RegExp(`\\b${name}="?([^",]+)"?`).exec(request.headers.authorization ?? '')?.[1];
    seen.push({ method, url, nonce: of('nonce'), nc: of('nc') });
    const ha2 = md5(`${method}:${url}`);
    const right = md5(
      `${md5('key:r:secret')}:${of('nonce') ?? ''}:${of('nc') ?? ''}:${of('cnonce') ?? ''}:auth:${ha2}`,
    );
    const known = of('response') === right;
    if (known && of('nonce') === digester.nonce) {
      const { status = 200, body } = answer(request);
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === undefined ? '' : JSON.stringify(body));
      return;
    }
    const challenge = `Digest realm="r", nonce="${digester.nonce}", algorithm=MD5, qop="auth", stale=${known}`;
    response
      .writeHead(401, { 'www-authenticate': challenge })
      .end(JSON.stringify({ error: 401, errorCode: 'UNEXPECTED_ERROR', detail: 'You are not authorized.' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}`;
  const digester: Digester = {
    client: createApiClient({ url, publicKey: 'key', privateKey }),
    seen,
    nonce: 'first',
  };
  return digester;
}

const anything = (value: unknown): unknown => value;

test('one challenge serves many requests, each with the next nonce count', async (t) => {
  const { client, seen } = await serving(t, () => ({ body: {} }));
  await client.request(anything, 'GET', '/a?x=1');
  await client.request(anything, 'POST', '/b', { body: true });
  await client.request(anything, 'DELETE', '/c');
  assert.deepEqual(
    seen.map(({ method, url, nc }) => [method, url, nc]),
    [
      ['GET', '/a?x=1', undefined],
      ['GET', '/a?x=1', '00000001'],
      ['POST', '/b', '00000002'],
      ['DELETE', '/c', '00000003'],
    ],
  );
});

test('a stale nonce costs one more request, and a wrong key exactly one', async (t) => {
  const digester = await serving(t, () => ({ body: {} }));
  await digester.client.request(anything, 'GET', '/a');
  digester.nonce = 'second';
  await digester.client.request(anything, 'GET', '/b');
  assert.deepEqual(
    digester.seen.slice(2).map(({ nonce, nc }) => [nonce, nc]),
    [
      ['first', '00000002'],
      ['second', '00000001'],
    ],
  );
  const wrong = await serving(t, () => ({ body: {} }), 'other');
  await assert.rejects(wrong.client.request(anything, 'GET', '/a'), (error: unknown) => {
    assert.ok(error instanceof RefusedError);
    assert.equal(error.status, 401);
    assert.match(error.hint ?? '', /key/);
    return true;
  });
  assert.equal(wrong.seen.length, 2);
});

test('a refusal carries the code and the detail of the server', async (t) => {
  const body = { error: 404, errorCode: 'CLUSTER_NOT_FOUND', detail: 'No cluster named X exists.' };
  const { client } = await serving(t, () => ({ status: 404, body }));
  await assert.rejects(client.request(anything, 'GET', '/x'), {
    code: 'CLUSTER_NOT_FOUND',
    message: 'Longshore refused with 404 CLUSTER_NOT_FOUND: No cluster named X exists.',
  });
});

test('a refusal of fields says what is wrong with each, and nothing more is added to a text that says all', async (t) => {
  const fields = [{ field: '_roles', description: "Invalid role name 'NONE'." }];
  const body = { errorCode: 'BAD_REQUEST', detail: 'The request has errors.', badRequestDetail: { fields } };
  const { client } = await serving(t, () => ({ status: 400, body }));
  await assert.rejects(client.request(anything, 'GET', '/x'), {
    message: "Longshore refused with 400 BAD_REQUEST: The request has errors. Invalid role name 'NONE'.",
    hint: undefined,
  });
});

test('a refusal says what to do: by its code where that is known, by its status elsewhere', async (t) => {
  const cases: readonly (readonly [number, string, RegExp])[] = [
    [400, 'EXPORT_BUCKET_NAME_INVALID', /3 to 63/],
    [400, 'PATH_PARAM_PARSE_ERROR', /24 hexadecimal/],
    [404, 'SNAPSHOT_NOT_FOUND', /longshore snapshot list/],
    [401, 'USER_UNAUTHORIZED', /role/],
    [401, 'UNEXPECTED_ERROR', /private key/],
    [404, 'ANYTHING', /--group-id/],
    [500, 'UNEXPECTED_ERROR', /log/],
  ];
  for (const [status, errorCode, hint] of cases) {
    const { client } = await serving(t, () => ({ status, body: { errorCode, detail: 'No.' } }));
    await assert.rejects(client.request(anything, 'GET', '/x'), (error: unknown) => {
      assert.ok(error instanceof RefusedError);
      assert.match(error.hint ?? '', hint, errorCode);
      return true;
    });
  }
});

test('an answer of another shape is an error', async (t) => {
  const { client } = await serving(t, () => ({ body: { id: 7 } }));
  await assert.rejects(client.request(jsonReader(Type.Object({ id: Type.String() })), 'GET', '/x'), {
    code: 'UNEXPECTED_ANSWER',
    message: /GET \/x with something else .*: id must be string$/,
  });
});

test('a list is read page by page until its end', async (t) => {
  const total = 1200;
  const { client } = await serving(t, ({ url = '' }) => {
    const query = new URL(url, 'http://h').searchParams;
    const from = (Number(query.get('pageNum')) - 1) * Number(query.get('itemsPerPage'));
    const to = Math.min(total, from + Number(query.get('itemsPerPage')));
    return { body: { results: Array.from({ length: to - from }, (_, index) => from + index), totalCount: total } };
  });
  const items = await client.list(jsonReader(Type.Integer()), '/list');
  assert.deepEqual(
    items,
    Array.from({ length: total }, (_, index) => index),
  );
});

test('an unreachable server has another error than a refusal', async () => {
  const client = createApiClient({ url: 'http://127.0.0.1:1', publicKey: 'key', privateKey: 'secret' });
  await assert.rejects(client.request(anything, 'GET', '/x'), (error: unknown) => {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'SERVER_UNREACHABLE');
    assert.match(error.message, /127\.0\.0\.1:1/);
    return true;
  });
});

test('an answer that is cut off is that of an unreachable server, and no defect', async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{', () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const client = createApiClient({ url: `http://127.0.0.1:${address.port}`, publicKey: 'k', privateKey: 's' });
  await assert.rejects(client.request(anything, 'GET', '/x'), { code: 'SERVER_UNREACHABLE' });
});

test('a signal ends a request with its own reason', async (t) => {
  const controller = new AbortController();
  const server = createServer(() => controller.abort(new Error('enough')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}`;
  const client = createApiClient({ url, publicKey: 'k', privateKey: 's' }, { signal: controller.signal });
  await assert.rejects(client.request(anything, 'GET', '/x'), { message: 'enough' });
});

test('a server that always has a further page ends the list with an error', async (t) => {
  const body = { results: Array.from({ length: 500 }, () => 0), totalCount: Number.MAX_SAFE_INTEGER };
  const { client, seen } = await serving(t, () => ({ body }));
  const [readItem, path] = [jsonReader(Type.Integer()), '/api/longshore/v1/endless'];
  await assert.rejects(client.list(readItem, path), {
    code: 'UNEXPECTED_ANSWER',
    message: /has always a further page of \/api\/longshore\/v1\/endless, after 1,000,000 items$/,
  });
  assert.equal(seen.length, 2001, 'the challenge, and 2000 pages');
});
