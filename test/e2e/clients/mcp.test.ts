import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isOnPath } from '../../support/is-on-path.ts';
import { initialize, Running, serve } from '../../support/longshore.ts';
import { McpClient } from '../../support/mcp-client.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../../support/mongodump.ts';
import { dated } from '../../support/project.ts';
import { skipUnless } from '../../support/skip-unless.ts';
import { startTlsProxy } from '../../support/tls-proxy.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

// It asks for its token over TLS only. Its package is too large for a devDependency: MCP_SERVER names its dist/esm/index.js.
const MCP_SERVER = process.env['MCP_SERVER'] ?? '';

const found = { ...skipUnless('openssl', isOnPath('openssl')), ...skipUnless('mcp-server', existsSync(MCP_SERVER)) };

test('npm mongodb-mcp-server', found, async (context) => {
  using directory = temporaryDirectory('mcp');
  const data = join(directory.path, 'data');
  const initial = await initialize(data, directory.path);
  await using server = await serve(data, directory.path, initial);
  const dump = join(directory.path, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await server.project.cluster('McpCluster', dump);
  const account = await server.client.send({
    method: 'POST',
    target: `/api/atlas/v2/orgs/${initial.orgId}/serviceAccounts`,
    headers: dated('2024-08-05'),
    body: { name: 'mcp', description: 'mcp', roles: ['ORG_OWNER'], secretExpiresAfterHours: 8 },
  });
  assert.equal(account.status, 201, account.text);

  await using proxy = await startTlsProxy(server.url, directory.path);
  const mcp = new Running(process.execPath, [MCP_SERVER], {
    home: directory.path,
    stdin: 'pipe',
    env: {
      MDB_MCP_API_BASE_URL: proxy.url,
      NODE_EXTRA_CA_CERTS: proxy.certificateFile,
      SSL_CERT_FILE: proxy.certificateFile,
      MDB_MCP_API_CLIENT_ID: account.string('/clientId'),
      MDB_MCP_API_CLIENT_SECRET: account.string('/secrets/0/secret'),
      MDB_MCP_LOGGERS: 'stderr',
    },
  });
  context.after(async () => await mcp.end('SIGKILL'));
  const client = new McpClient(mcp);
  await client.initialize();
  assert.ok((await client.tools()).includes('atlas-list-clusters'), 'the tools of Atlas are there with credentials');

  assert.match(await client.tool('atlas-list-orgs'), new RegExp(initial.orgId));
  assert.match(await client.tool('atlas-list-projects'), new RegExp(initial.groupId));
  assert.match(await client.tool('atlas-list-projects', { orgId: initial.orgId }), new RegExp(initial.groupId));
  assert.match(await client.tool('atlas-list-clusters'), /McpCluster/);
  assert.match(await client.tool('atlas-list-clusters', { projectId: initial.groupId }), /McpCluster/);
  const cluster = { projectId: initial.groupId, clusterName: 'McpCluster' };
  assert.match(await client.tool('atlas-inspect-cluster', cluster), /McpCluster/);
  const entries = { projectId: initial.groupId, ipAddresses: ['192.0.2.7'], comment: 'of the test' };
  await client.tool('atlas-create-access-list', entries);
  assert.match(await client.tool('atlas-inspect-access-list', { projectId: initial.groupId }), /192\.0\.2\.7/);
  mcp.child.stdin?.end();
  await mcp.finished();
  // The client sends its last telemetry while it revokes its token, and again without one.
  const others = proxy.requests.filter((request) => !request.includes('/telemetry/'));
  assert.deepEqual(
    others.filter((request) => !/ 20\d$/.test(request)),
    [],
  );
  assert.ok(proxy.requests.includes('POST /api/oauth/token 200'));
});
