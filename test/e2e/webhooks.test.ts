import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { isOnPath } from '../support/is-on-path.ts';
import { initialize, longshore, Running, serve } from '../support/longshore.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const LIMIT = { timeout: 120_000 };

/** A receiver that answers as a test says, and keeps what it got. */
async function receiver(statusOf: (request: number) => number | 'never') {
  const requests: { readonly id: string; readonly type: string; readonly status: number | 'never' }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const status = statusOf(requests.length + 1);
      const [, type = ''] = /"type":"([a-z.]+)"/.exec(body) ?? [];
      requests.push({ id: String(request.headers['webhook-id']), type, status });
      if (status !== 'never') response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    requests,
    url: `http://127.0.0.1:${address.port}/`,
    until: async (count: number): Promise<void> => {
      const end = Date.now() + 60_000;
      while (requests.length < count) {
        assert.ok(Date.now() < end, `waited for request ${count}: ${JSON.stringify(requests)}`);
        await sleep(20);
      }
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function place() {
  const home = temporaryDirectory('webhooks');
  const data = join(home.path, 'data');
  const dump = join(home.path, 'dump');
  writeMongodump(dump, { shop: { orders: { documents: [{ _id: 1 }] } } });
  const initial = await initialize(data, home.path);
  const create = async (url: string): Promise<void> => {
    const command = ['webhook', 'create', 'ops', url, '--save', join(home.path, 'ops.secret'), '--data-dir', data];
    const { code, stderr, stdout } = await longshore(command, { home: home.path });
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout, /whsec_/);
  };
  return { home, data, dump, initial, create, [Symbol.dispose]: home[Symbol.dispose] };
}

test('a receiver that fails twice gets the event the third time, once', LIMIT, async () => {
  using here = await place();
  await using hook = await receiver((request) => (request <= 2 ? 503 : 204));
  await using server = await serve(here.data, here.home.path, here.initial);
  await here.create(hook.url);
  await server.project.cluster('Cluster0', here.dump);
  const snapshot = await server.project.completedSnapshot('Cluster0');
  await server.project.successfulExport(
    'Cluster0',
    snapshot,
    await server.project.bucket('nightly', here.initial.roleId),
  );
  await hook.until(3);
  await sleep(2500);
  assert.deepEqual(
    hook.requests.map(({ type, status }) => [type, status]),
    [
      ['export.successful', 503],
      ['export.successful', 503],
      ['export.successful', 204],
    ],
  );
  assert.equal(new Set(hook.requests.map(({ id }) => id)).size, 1);
});

test('a delivery survives kill -9, with the id that it had', LIMIT, async () => {
  using here = await place();
  await using hook = await receiver((request) => (request === 1 ? 'never' : 200));
  {
    await using server = await serve(here.data, here.home.path, here.initial);
    await here.create(hook.url);
    await server.project.cluster('Cluster0', here.dump);
    const snapshot = await server.project.completedSnapshot('Cluster0');
    const bucket = await server.project.bucket('nightly', here.initial.roleId);
    await server.project.successfulExport('Cluster0', snapshot, bucket);
    await hook.until(1);
    await server.process.end('SIGKILL');
  }
  await using server = await serve(here.data, here.home.path, here.initial);
  await hook.until(2);
  await sleep(1500);
  assert.equal(server.process.isRunning, true);
  assert.equal(hook.requests.length, 2);
  assert.equal(hook.requests[0]?.id, hook.requests[1]?.id);
});

const GUIDE = readFileSync(new URL('../../docs/guides/webhooks.md', import.meta.url), 'utf8');

for (const { language, file, program } of [
  { language: 'js', file: 'receiver.mjs', program: process.execPath },
  { language: 'python', file: 'receiver.py', program: 'python3' },
]) {
  const needs = skipUnless(program, program === process.execPath || isOnPath(program));
  test(
    `the receiver of the guide in ${language} takes what is signed, once, and nothing else`,
    { ...LIMIT, ...needs },
    async () => {
      using here = await place();
      await using server = await serve(here.data, here.home.path, here.initial);
      assert.ok(server.process.isRunning);
      const port = await freePort();
      await here.create(`http://127.0.0.1:${port}/`);
      const [, code = ''] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(GUIDE) ?? [];
      assert.match(code, /9000/);
      writeFileSync(join(here.home.path, file), code.replace('9000', String(port)));
      const receiving = new Running(program, [file], { home: here.home.path, cwd: here.home.path });
      try {
        const send = async (headers: Record<string, string>): Promise<number> => {
          const body = '{"type":"webhook.test"}';
          const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body }).catch(
            () => undefined,
          );
          return answer?.status ?? 0;
        };
        const forged = { 'webhook-id': '1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) };
        const wrong = { ...forged, 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` };
        const end = Date.now() + 20_000;
        while ((await send(wrong)) !== 401) {
          assert.ok(Date.now() < end, receiving.stderr);
          await sleep(50);
        }
        const tested = await longshore(['webhook', 'test', 'ops', '--data-dir', here.data], { home: here.home.path });
        assert.equal(tested.code, 0, tested.stderr);
        assert.match(tested.stdout, /has accepted the test event/);
        await receiving.output(/webhook\.test/);
        assert.equal(receiving.stdout.match(/webhook\.test/g)?.length, 1);
      } finally {
        await receiving.end('SIGKILL');
      }
    },
  );
}
