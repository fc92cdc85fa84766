import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { startScriptedService, type ScriptedService } from '../../../test/support/scripted-service.ts';
import { openObjectStore } from '../all.ts';

// The proxy leads every tunnel to a server that answers. The service's host exists nowhere.

let service: ScriptedService;
let proxy: Server;
const tunnels: string[] = [];

before(async () => {
  service = await startScriptedService();
  proxy = createServer().on('connect', (asked, socket: Socket) => {
    tunnels.push(asked.url ?? '');
    const server = connect(Number(new URL(service.url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.pipe(socket).pipe(server);
    });
    for (const each of [socket, server]) each.on('error', () => undefined);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  assert.ok(typeof address === 'object' && address !== null);
  Object.assign(process.env, { HTTP_PROXY: `http://127.0.0.1:${address.port}`, HTTPS_PROXY: '', NO_PROXY: '' });
});
after(async () => {
  await service.stop();
  proxy.close();
});

test('requests go through the proxy of the environment', async () => {
  const store = await openObjectStore(
    { kind: 'gcs', bucket: 'exports', endpoint: 'http://storage.invalid' },
    { clock: { now: () => 0 }, retry: { tries: 1, firstPauseMs: 1 } },
  );
  service.answer({ status: 200, body: JSON.stringify({ size: '1' }) });
  assert.deepEqual(await store.head('a/b'), { key: 'a/b', bytes: 1 });
  assert.deepEqual(tunnels, ['storage.invalid:80']);
  assert.deepEqual(service.requests, ['GET /storage/v1/b/exports/o/a%2Fb?fields=size,md5Hash,metadata']);
});
