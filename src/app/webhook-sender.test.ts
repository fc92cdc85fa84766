import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { test } from 'node:test';
import { createWebhookSender, type WebhookSenderOptions } from './webhook-sender.ts';
import { isPermittedAddress, refusalOfWebhookUrl } from './webhook-hosts.ts';

const LOCAL = { host: '127.0.0.1', webhookHosts: undefined };
const PUBLIC = { host: '0.0.0.0', webhookHosts: undefined };
const { signal } = new AbortController();

/** A receiver on this machine. */
async function receiver(answer: RequestListener) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/hook?a=1`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function send(url: string, more: Partial<WebhookSenderOptions> = {}): Promise<void> {
  const sender = createWebhookSender({ settings: LOCAL, ...more });
  await sender({ url, headers: { 'webhook-id': '7' }, body: '{"a":"ä"}', signal });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += String(piece);
  return body;
}

test('a receiver gets the body and the headers, and any status of 200 to 299 is an acceptance', async () => {
  const seen: unknown[] = [];
  await using place = await receiver((request, response) => {
    void bodyOf(request).then((body) => {
      const { method, url, headers } = request;
      seen.push([method, url, headers['content-type'], headers['webhook-id'], body]);
      response.writeHead(202).end();
    });
  });
  await send(place.url);
  assert.deepEqual(seen, [['POST', '/hook?a=1', 'application/json', '7', '{"a":"ä"}']]);
});

test('redirects are not followed, and refusals are tried again unless the receiver is gone for good', async () => {
  let requests = 0;
  for (const [status, code, transient] of [
    [302, 'WEBHOOK_REFUSED', true],
    [404, 'WEBHOOK_REFUSED', true],
    [500, 'WEBHOOK_REFUSED', true],
    [410, 'WEBHOOK_GONE', false],
  ] as const) {
    await using place = await receiver((_request, response) => {
      requests++;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    await assert.rejects(send(place.url), { code, transient });
  }
  assert.equal(requests, 4);
});

test('an answer without an end, and one that never comes, hold nothing up', async () => {
  await using endless = await receiver((_request, response) => {
    response.writeHead(200);
    const write = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65536)));
    };
    response.on('drain', write);
    write();
  });
  await send(endless.url);
  await using silent = await receiver(() => undefined);
  await assert.rejects(send(silent.url, { timeoutMs: 50 }), { code: 'WEBHOOK_UNREACHABLE', transient: true });
});

test('errors name the host and never the path, in which a secret may be', async () => {
  const place = await receiver(() => undefined);
  await place[Symbol.asyncDispose]();
  await assert.rejects(send(`http://127.0.0.1:${place.port}/token-7`), (error: Error) => {
    assert.match(error.message, /127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED/);
    assert.doesNotMatch(error.message, /token/);
    return true;
  });
});

test('a host that does not exist is tried again, and the process goes on', async () => {
  // The system itself resolves the name, because a lookup of the test would call back as the test expects. No packet is sent: a label has 63 letters at most.
  const error = { code: 'WEBHOOK_UNREACHABLE', transient: true, message: /cannot be reached: E/ };
  await assert.rejects(send(`https://${'a'.repeat(64)}.example/`), error);
});

test('a name that resolves to an address inside is refused when the connection is made, whatever it resolved to before', async () => {
  let requests = 0;
  await using place = await receiver((_request, response) => {
    requests++;
    response.end();
  });
  const url = `https://rebound.example:${place.port}/`;
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '::ffff:127.0.0.1',
    'fd00::1',
    '64:ff9b::7f00:1',
  ]) {
    const family = address.includes(':') ? 6 : 4;
    const lookup: WebhookSenderOptions['lookup'] = (_host, callback) => callback(null, [{ address, family }]);
    await assert.rejects(send(url, { lookup }), { code: 'WEBHOOK_NOT_PERMITTED' }, address);
  }
  assert.equal(requests, 0);
  const toLoopback: WebhookSenderOptions['lookup'] = (_host, callback) =>
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  const settings = { host: '0.0.0.0', webhookHosts: ['rebound.example'] };
  await send(`http://rebound.example:${place.port}/`, { lookup: toLoopback, settings });
  assert.equal(requests, 1);
});

test('without a list, only public hosts by https are permitted, and this machine on a loopback address', () => {
  const permitted = (text: string, settings: Parameters<typeof refusalOfWebhookUrl>[1]): boolean =>
    refusalOfWebhookUrl(new URL(text), settings) === undefined;
  for (const [text, onLoopback, elsewhere] of [
    ['https://hooks.example.com/', true, true],
    ['https://8.8.8.8/', true, true],
    ['https://[2606:4700::1111]/', true, true],
    ['http://hooks.example.com/', false, false],
    ['http://127.0.0.1:8080/', true, false],
    ['http://127.9.9.9/', true, false],
    ['http://localhost/', true, false],
    ['http://[::1]:80/', true, false],
    ['http://0x7f.1/', true, false],
    ['https://localhost./', true, false],
    ['https://10.0.0.1/', false, false],
    ['https://192.168.1.1/', false, false],
    ['https://169.254.169.254/latest/meta-data', false, false],
    ['https://0.0.0.0/', false, false],
    ['https://[::]/', false, false],
    ['https://[fe80::1]/', false, false],
    ['https://[::ffff:10.0.0.1]/', false, false],
    ['https://[2002:a00:1::]/', false, false],
    ['https://2852039166/', false, false],
  ] as const) {
    assert.deepEqual([permitted(text, LOCAL), permitted(text, PUBLIC)], [onLoopback, elsewhere], text);
  }
});

test('a list permits its hosts alone, in any way', () => {
  const settings = { host: '0.0.0.0', webhookHosts: ['hooks.internal', '10.0.0.1:9000', '*.example.com'] };
  const permitted = (text: string): boolean => refusalOfWebhookUrl(new URL(text), settings) === undefined;
  assert.deepEqual(['http://hooks.internal/', 'https://10.0.0.1:9000/', 'http://a.example.com:81/'].map(permitted), [
    true,
    true,
    true,
  ]);
  assert.deepEqual(
    ['https://hooks.example.org/', 'https://10.0.0.1/', 'https://example.com/', 'http://127.0.0.1/'].map(permitted),
    [false, false, false, false],
  );
  assert.equal(isPermittedAddress('10.9.9.9', new URL('http://hooks.internal/'), settings), true);
});
