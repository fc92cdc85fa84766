import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { AppError } from '../kernel/errors.ts';
import { createApiClient } from './client.ts';
import { unreachable } from './unreachable.ts';

async function failure(url: string): Promise<AppError> {
  const client = createApiClient({ url, publicKey: 'abcdefgh', privateKey: 'x' });
  const thrown: unknown = await client.send('GET', '/api').catch((error: unknown) => error);
  assert.ok(thrown instanceof AppError);
  return thrown;
}

test('a URL with https:// that leads to a plain port says so in words', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { message, hint } = await failure(`https://127.0.0.1:${port}`);
  assert.match(message, /the port speaks plain HTTP, and the URL begins with https:\/\/$/);
  assert.match(hint ?? '', /http:\/\//);
});

test('a port on which nothing listens says so in words', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  assert.match((await failure(`http://127.0.0.1:${port}`)).message, /nothing listens there$/);
});

async function answeringWith(
  t: TestContext,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status, headers).end('<html></html>'));
  server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a redirect is not followed, and the error names where it leads', async (t) => {
  const { message, hint } = await failure(await answeringWith(t, 301, { location: 'https://backup.example.com/api' }));
  assert.match(message, /redirects to https:\/\/backup\.example\.com$/);
  assert.match(hint ?? '', /--url/);
});

test('an answer of a proxy is told from one of Longshore, with advice', async (t) => {
  const refused = async (status: number) => {
    const client = createApiClient({ url: await answeringWith(t, status), publicKey: 'abcdefgh', privateKey: 'x' });
    const thrown: unknown = await client.request(String, 'GET', '/api').catch((error: unknown) => error);
    assert.ok(thrown instanceof AppError);
    return [thrown.message.replace(/:\d+ /, ' '), thrown.hint];
  };
  assert.deepEqual(await refused(502), [
    'http://127.0.0.1 answered 502 Bad Gateway, and the answer is not from Longshore',
    'A proxy in front of Longshore does not reach it: start the server, then look at the log of the proxy.',
  ]);
  const [, hint] = await refused(400);
  assert.match(hint ?? '', /https:\/\/ if the port speaks TLS/);
});

test('a certificate that has expired or is for another host does not lead to a server that is not started', () => {
  for (const code of ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
    const thrown = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
    const { message, hint } = unreachable('https://backup.example.com', thrown);
    assert.match(message, /: its certificate /);
    assert.doesNotMatch(hint ?? '', /longshore serve/);
  }
});
