import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { DigestClient } from '../support/digest-client.ts';
import { isOnPath } from '../support/is-on-path.ts';
import { initialize, serve } from '../support/longshore.ts';
import type { Initial, Server } from '../support/longshore.ts';
import { NEWEST } from '../support/project.ts';
import { getToken, withToken } from '../support/service-account.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { startTlsProxy } from '../support/tls-proxy.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// Service accounts with real processes, and the program of others that needs them.

const LIMIT = { timeout: 120_000 };

async function newAccount(server: Server, { orgId }: Initial): Promise<{ clientId: string; secret: string }> {
  const body = { name: 'ci', description: 'tests', roles: ['ORG_OWNER'], secretExpiresAfterHours: 8 };
  const target = `/api/atlas/v2/orgs/${orgId}/serviceAccounts`;
  const made = await server.client.send({ method: 'POST', target, headers: NEWEST, body });
  return { clientId: made.string('/clientId'), secret: made.string('/secrets/0/secret') };
}

test('a token works after the server was killed and started again, and what was revoked does not', LIMIT, async () => {
  using directory = temporaryDirectory('tokens');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  const status = async (server: Server, token: string): Promise<number> => {
    using stranger = new DigestClient(server.url);
    return (await withToken({ stranger }, token, { target: '/api/atlas/v2/groups' })).status;
  };
  let kept: string;
  let revoked: string;
  {
    await using server = await serve(data, directory.path, initial);
    using stranger = new DigestClient(server.url);
    const { clientId, secret } = await newAccount(server, initial);
    kept = await getToken({ stranger }, clientId, secret);
    revoked = await getToken({ stranger }, clientId, secret);
    const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const form = { method: 'POST', target: '/api/oauth/revoke', headers, body: `token=${revoked}` };
    assert.equal((await stranger.send(form)).status, 200);
    await server.process.end('SIGKILL');
  }
  await using server = await serve(data, directory.path, initial);
  assert.deepEqual([await status(server, kept), await status(server, revoked)], [200, 401]);
});

/** The script of npm mongodb-mcp-server 3, which is too large to be a dependency: `npm install` it anywhere and name `dist/esm/index.js`. */
const MCP_SERVER = process.env['MCP_SERVER'] ?? '';

/** Calls tools of an MCP server over its standard streams (JSON-RPC 2.0), one after another. Returns the texts of the answers. */
async function callTools(env: NodeJS.ProcessEnv, calls: readonly (readonly [string, object])[]): Promise<string[]> {
  const child = spawn(process.execPath, [MCP_SERVER], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = (message: object): boolean => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ask = async (id: number, method: string, params: object): Promise<string> => {
    send({ id, method, params });
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the MCP server ended');
      const message = JSON.parse(value) as { id?: number };
      if (message.id === id) return value;
    }
  };
  const clientInfo = { name: 'test', version: '1' };
  await ask(0, 'initialize', { protocolVersion: '2024-11-05', capabilities: {}, clientInfo });
  send({ method: 'notifications/initialized' });
  const answers: string[] = [];
  for (const [index, [name, args]] of calls.entries()) {
    answers.push(await ask(index + 1, 'tools/call', { name, arguments: args }));
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await ended;
  return answers;
}

test(
  'npm mongodb-mcp-server logs in with a service account, works, and revokes its token',
  { ...LIMIT, ...skipUnless('mongodb-mcp-server', existsSync(MCP_SERVER) && isOnPath('openssl')) },
  async () => {
    using directory = temporaryDirectory('mcp');
    const data = join(directory.path, 'data');
    const initial = await initialize(data, directory.path);
    await using server = await serve(data, directory.path, initial, ['--trusted-proxies', '127.0.0.1,::1']);
    // The program asks for tokens over HTTPS only.
    await using proxy = await startTlsProxy(server.url, directory.path);
    const { clientId, secret } = await newAccount(server, initial);
    const projectId = initial.groupId;
    const answers = await callTools(
      {
        ...{ HOME: directory.path, MDB_MCP_API_BASE_URL: proxy.url, MDB_MCP_API_CLIENT_ID: clientId },
        ...{ MDB_MCP_API_CLIENT_SECRET: secret, MDB_MCP_LOG_PATH: directory.path, MDB_MCP_TELEMETRY: 'disabled' },
        ...{ SSL_CERT_FILE: proxy.certificateFile, NODE_EXTRA_CA_CERTS: proxy.certificateFile },
      },
      [
        ['atlas-list-orgs', {}],
        ['atlas-list-projects', {}],
        ['atlas-create-access-list', { projectId, currentIpAddress: true }],
        ['atlas-inspect-access-list', { projectId }],
      ],
    );
    for (const answer of answers) assert.ok(!answer.includes('"isError":true'), answer);
    assert.match(answers[0] ?? '', new RegExp(initial.orgId));
    assert.match(answers[1] ?? '', new RegExp(projectId));
    assert.match(answers[3] ?? '', /127\.0\.0\.1/);
    for (const wanted of [
      'POST /api/oauth/token 200',
      'GET /api/atlas/v2/orgs 200',
      'GET /api/private/ipinfo 200',
      `POST /api/atlas/v2/groups/${projectId}/accessList 201`,
      'POST /api/oauth/revoke 200',
    ]) {
      assert.ok(proxy.requests.includes(wanted), `${wanted} is not in ${proxy.requests.join(', ')}`);
    }
  },
);
