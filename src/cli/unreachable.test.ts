import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { AppError } from '../kernel/errors.ts';
import { createApiClient } from './client.ts';

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
