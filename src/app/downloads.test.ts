import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, Socket, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import Fastify from 'fastify';
import { until } from '../../test/support/job-handlers.ts';
import { silentLogger } from '../kernel/logger.ts';
import { downloads } from './downloads.ts';

const PATH = '/restore-1.tar.gz';

/** A server with one download that has no end. */
async function start(t: TestContext) {
  const errors: unknown[] = [];
  const state = { opened: 0, opening: Promise.resolve<undefined>(undefined), running: 0 };
  async function* read(_range: unknown, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    state.running++;
    try {
      while (!signal.aborted) yield await Promise.resolve(Buffer.alloc(64 * 1024));
    } finally {
      state.running--;
    }
  }
  const server = Fastify();
  await server.register(
    downloads({
      async open() {
        state.opened++;
        await state.opening;
        return { version: '1', bytes: Number.MAX_SAFE_INTEGER, read };
      },
      findSnapshot: () => Promise.resolve(undefined),
      objects: { read: () => Promise.resolve(undefined) },
      logger: { ...silentLogger, error: (message, fields) => void errors.push([message, fields]) },
    }),
  );
  await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const { port } = server.server.address() as AddressInfo;
  /** Sends the request. @returns both ends of its connection. */
  async function request(): Promise<{ readonly client: Socket; readonly atServer: Socket }> {
    const connected: Promise<unknown[]> = once(server.server, 'connection');
    const client = connect(port, '127.0.0.1');
    client.write(`GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    const [atServer] = await connected;
    assert.ok(atServer instanceof Socket);
    return { client, atServer };
  }
  return { errors, state, request };
}

async function statusLine(client: Socket): Promise<string | undefined> {
  const received: Promise<unknown[]> = once(client, 'data');
  const [bytes] = await received;
  return String(bytes).split('\r\n')[0];
}

test('clients that leave before their download begins take no place', async (t) => {
  const { state, request } = await start(t);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  state.opening = promise;
  for (let n = 1; n <= 8; n++) {
    const { client, atServer } = await request();
    await until(() => state.opened === n);
    client.destroy();
    if (!atServer.closed) await once(atServer, 'close');
  }
  resolve(undefined);
  const { client } = await request();
  assert.equal(await statusLine(client), 'HTTP/1.1 200 OK');
  client.destroy();
});

test('a ninth download is refused until one of the eight has ended', async (t) => {
  const { state, request } = await start(t);
  const first = await Promise.all(Array.from({ length: 8 }, async () => (await request()).client));
  for (const client of first) assert.equal(await statusLine(client), 'HTTP/1.1 200 OK');
  const ninth = (await request()).client;
  const received: Promise<unknown[]> = once(ninth, 'data');
  const answer = String((await received)[0]);
  assert.match(answer, /^HTTP\/1\.1 503 .*\r\n(.+\r\n)*retry-after: 60\r\n/i);
  assert.match(answer, /Too many downloads are running; try again in a minute\.\n$/);
  first[0]?.destroy();
  await until(() => state.running === 7);
  const { client } = await request();
  assert.equal(await statusLine(client), 'HTTP/1.1 200 OK');
  for (const each of [...first, ninth, client]) each.destroy();
});

test('a client that leaves ends its download, which is no error of the server', async (t) => {
  const { errors, state, request } = await start(t);
  const { client } = await request();
  assert.equal(await statusLine(client), 'HTTP/1.1 200 OK');
  assert.equal(state.running, 1);
  client.destroy();
  await until(() => state.running === 0);
  assert.deepEqual(errors, []);
});
