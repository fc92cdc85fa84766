import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { buildApi, PRIVATE_KEY, sign } from '../../test/support/api-server.ts';
import { systemClock } from '../kernel/clock.ts';

// Tests that need a real socket: malformed HTTP, early bodies, closing.

const app = buildApi({ clock: systemClock });
let port = 0;
before(async () => {
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
});
after(() => app.close());

/** Writes each piece after the answer to the previous piece, then reads until the server closes the connection. */
async function talk(...pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  const closed = once(socket, 'close');
  for (const piece of pieces) {
    const answered = once(socket, 'data');
    socket.write(piece, 'latin1');
    await Promise.race([answered, closed]);
  }
  await closed;
  return Buffer.concat(received).toString('latin1');
}

const CLOSE = 'Host: localhost\r\nConnection: close\r\n';

async function authorization(method: string, uri: string): Promise<string> {
  const challenge = await talk(`GET /api HTTP/1.1\r\n${CLOSE}\r\n`);
  return `Authorization: ${sign(challenge, { key: 'orgowner', privateKey: PRIVATE_KEY, method, uri })}\r\n`;
}

const noHttp: Readonly<Record<string, readonly [string, string]>> = {
  'a header without colon': ['GET / HTTP/1.1\r\nbad header\r\n\r\n', '400 Bad Request'],
  'no HTTP at all': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', '400 Bad Request'],
  'a method of fantasy': [`BREW / HTTP/1.1\r\n${CLOSE}\r\n`, '400 Bad Request'],
  'headers beyond the limit': [
    `GET / HTTP/1.1\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    '431 Request Header Fields Too Large',
  ],
  'two lengths': [`POST / HTTP/1.1\r\n${CLOSE}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, '400 Bad Request'],
  'length and chunks': [
    `POST / HTTP/1.1\r\n${CLOSE}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    '400 Bad Request',
  ],
};
for (const [name, [request, status]] of Object.entries(noHttp)) {
  test(`${name} is answered with a document`, async () => {
    const answer = await talk(request);
    assert.ok(answer.startsWith(`HTTP/1.1 ${status}\r\n`), answer);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const document = JSON.parse(body) as { error: number; errorCode: string };
    assert.deepEqual(Object.keys(document), ['detail', 'error', 'errorCode', 'parameters', 'reason']);
    assert.match(head, new RegExp(`X-Error-Code: ${document.errorCode}\\r\\n`));
    assert.match(head, new RegExp(`Content-Length: ${body.length}\\r\\n`));
    assert.ok(status.startsWith(String(document.error)));
  });
}

test('an HTTP method that no resource has is 405', async () => {
  const signed = await authorization('PROPFIND', '/api/atlas/v1.0');
  const answer = await talk(`PROPFIND /api/atlas/v1.0 HTTP/1.1\r\n${CLOSE}${signed}\r\n`);
  assert.match(answer, /^HTTP\/1\.1 405 /);
  assert.match(answer, /METHOD_NOT_ALLOWED/);
});

test('TRACE is 405 where something is, with the methods in Allow, and 404 elsewhere', async () => {
  const signed = await authorization('TRACE', '/api/atlas/v1.0');
  const answer = await talk(`TRACE /api/atlas/v1.0 HTTP/1.1\r\n${CLOSE}${signed}\r\n`);
  assert.match(answer, /^HTTP\/1\.1 405 /);
  assert.match(answer, /\r\nallow: GET, HEAD\r\n/i);
  const nowhere = '/api/atlas/v1.0/nowhere';
  const other = await talk(`TRACE ${nowhere} HTTP/1.1\r\n${CLOSE}${await authorization('TRACE', nowhere)}\r\n`);
  assert.match(other, /^HTTP\/1\.1 404 /);
});

test('a proxy may ask in absolute form', async () => {
  const uri = 'http://localhost/api/atlas/v1.0';
  const answer = await talk(`GET ${uri} HTTP/1.1\r\n${CLOSE}${await authorization('GET', uri)}\r\n`);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
});

test('dot segments are not resolved: plain ones are not found, encoded ones are malformed', async () => {
  const base = '/api/atlas/v1.0/groups/5f0000000000000000000011';
  for (const [uri, code] of [
    ['/api/atlas/v2/../v1.0', 'RESOURCE_NOT_FOUND'],
    ['/api/./atlas/v1.0', 'RESOURCE_NOT_FOUND'],
    [`${base}/named/%2e%2e`, 'PATH_PARAM_PARSE_ERROR'],
    [`${base}/named/..`, 'PATH_PARAM_PARSE_ERROR'],
    [`${base}/named/.%2E`, 'PATH_PARAM_PARSE_ERROR'],
  ] as const) {
    const answer = await talk(`GET ${uri} HTTP/1.1\r\n${CLOSE}${await authorization('GET', uri)}\r\n`);
    assert.match(answer, new RegExp(`"errorCode":"${code}"`), uri);
  }
});

test('OPTIONS * is answered, and a request without Host with a document', async () => {
  const star = await talk(`OPTIONS * HTTP/1.1\r\n${CLOSE}\r\n`);
  assert.match(star, /^HTTP\/1\.1 404 [\s\S]*Nothing is served here/);
  const bare = await talk('GET /api HTTP/1.1\r\nConnection: close\r\n\r\n');
  assert.match(bare, /^HTTP\/1\.1 401 [\s\S]*"errorCode" : "UNEXPECTED_ERROR"/);
});

test('a body with the first, unauthenticated request does not disturb the second on the same connection', async () => {
  const uri = '/api/atlas/v1.0';
  const big = 'x'.repeat(3 * 1024 * 1024);
  const unsigned = `POST ${uri} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${big.length}\r\n\r\n${big}`;
  const answer = await talk(unsigned, `GET ${uri} HTTP/1.1\r\n${CLOSE}${await authorization('GET', uri)}\r\n`);
  assert.match(answer, /^HTTP\/1\.1 401 [\s\S]*HTTP\/1\.1 200 OK/);
});

test('a body may wait for 100 Continue', async () => {
  const uri = '/api/atlas/v1.0/groups/5f0000000000000000000011/optional';
  const body = '{"description":"patient"}';
  const head =
    `PATCH ${uri} HTTP/1.1\r\n${CLOSE}${await authorization('PATCH', uri)}` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  const answer = await talk(`${head}Expect: 100-continue\r\n\r\n`, body);
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK[\s\S]*\{"description":"patient"\}$/);
  const unknown = await talk(`GET /api/atlas/v1.0 HTTP/1.1\r\n${CLOSE}Expect: the-best\r\n\r\n`);
  assert.match(unknown, /^HTTP\/1\.1 401 /);
});

test('a body that ends early changes nothing and breaks nothing', async () => {
  const uri = '/api/atlas/v1.0/groups/5f0000000000000000000011/optional';
  const socket = connect(port, '127.0.0.1');
  const signed = await authorization('PATCH', uri);
  socket.end(
    `PATCH ${uri} HTTP/1.1\r\n${CLOSE}${signed}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"desc`,
  );
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve));
  assert.match(await talk(`GET /api HTTP/1.1\r\n${CLOSE}\r\n`), /^HTTP\/1\.1 401 /);
});

test('a chunked body beyond the limit is 413', async () => {
  const uri = '/api/atlas/v1.0/groups/5f0000000000000000000011/optional';
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const head = `PATCH ${uri} HTTP/1.1\r\n${CLOSE}${await authorization('PATCH', uri)}`;
  const answer = await talk(
    `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}0\r\n\r\n`,
  );
  assert.match(answer, /^HTTP\/1\.1 413 [\s\S]*"errorCode":"PAYLOAD_TOO_LARGE"/);
});

test('closing lets the request under way finish', async () => {
  const entered = Promise.withResolvers<undefined>();
  const release = Promise.withResolvers<undefined>();
  const slow = buildApi({
    clock: systemClock,
    async lookupKey() {
      entered.resolve(undefined);
      await release.promise;
      return undefined;
    },
  });
  const url = await slow.listen({ host: '127.0.0.1', port: 0 });
  const header = sign('nonce="x"', { key: 'orgowner', privateKey: PRIVATE_KEY, method: 'GET', uri: '/api' });
  const underWay = fetch(`${url}/api`, { headers: { authorization: header } });
  await entered.promise;
  const closed = slow.close();
  release.resolve(undefined);
  assert.equal((await underWay).status, 401);
  await closed;
  await assert.rejects(fetch(url));
});

test('a server that ends does not wait for connections without a request', async () => {
  const ending = buildApi({ clock: systemClock });
  const { port: at } = new URL(await ending.listen({ host: '127.0.0.1', port: 0 }));
  const silent = connect(Number(at), '127.0.0.1');
  const half = connect(Number(at), '127.0.0.1');
  half.write('GET /api HTTP/1.1\r\nHost: local');
  await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
  // The end may be a reset, because the server has not read what was sent.
  const closed = [silent, half].map(
    (socket) =>
      new Promise((resolve) =>
        socket
          .on('error', () => undefined)
          .once('close', resolve)
          .resume(),
      ),
  );
  await ending.close();
  await Promise.all(closed);
});

test('a body that nobody reads ends with the connection, after the answer', async () => {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const answered = once(socket, 'data') as Promise<[Buffer]>;
  // The server resets the connection while the client writes.
  socket.on('error', () => undefined);
  socket.write(`POST /api/atlas/v1.0/groups HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${2 ** 40}\r\n\r\n`);
  const [answer] = await answered;
  assert.match(answer.toString('latin1'), /^HTTP\/1\.1 401 Unauthorized\r\n/);
  const piece = Buffer.alloc(64 * 1024, 'x');
  while (!socket.destroyed) {
    if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
  }
  await closed;
});

test('a client that asks before it sends its body is not told to send it if the request is refused', async () => {
  const answer = await talk(
    `POST /api/atlas/v1.0/groups HTTP/1.1\r\n${CLOSE}Content-Length: 10\r\nExpect: 100-continue\r\n\r\n`,
  );
  assert.match(answer, /^HTTP\/1\.1 401 Unauthorized\r\n/);
});
