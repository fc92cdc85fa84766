import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Json } from '../../src/kernel/json.ts';
import { at, texts } from '../support/json.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { dated, NEWEST } from '../support/project.ts';
import type { Reply } from '../support/digest-client.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

// The limits of projects and of requests, and what clients read of everything.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

function refused(reply: Reply, status: number, code: string): void {
  assert.deepEqual([reply.status, reply.headers['x-error-code']], [status, code], reply.text);
}

const LIMIT = '/limits/atlas.project.deployment.clusters';

test('a limit of a project is kept, listed and forgotten', async () => {
  const project = await service.newProject('limits');
  const list = async () => (await project.send('GET', '/limits')).list('');
  assert.deepEqual(await list(), []);
  const set = await project.send('PATCH', LIMIT, { name: 'atlas.project.deployment.clusters', value: 7 });
  assert.equal(set.text, '{"name":"atlas.project.deployment.clusters","value":7}');
  await project.send('PATCH', '/limits/dataFederation.bytesProcessed.query', { value: 0 });
  assert.deepEqual(texts(await list(), 'name'), [
    'atlas.project.deployment.clusters',
    'dataFederation.bytesProcessed.query',
  ]);
  assert.equal((await project.send('GET', LIMIT)).text, set.text);
  assert.equal((await project.send('DELETE', LIMIT)).status, 204);
  assert.equal((await project.send('DELETE', LIMIT)).status, 204);
  assert.deepEqual(texts(await list(), 'name'), ['dataFederation.bytesProcessed.query']);
  refused(await project.client.send({ target: project.path(LIMIT), headers: NEWEST }), 404, 'LIMIT_NOT_SET');
});

test('a limit that Atlas does not have, and a value that is no limit, are refused', async () => {
  const { project } = service;
  const patch = async (name: string, value: unknown) =>
    await project.client.send({
      method: 'PATCH',
      target: project.path(`/limits/${name}`),
      headers: NEWEST,
      body: { value },
    });
  refused(await patch('atlas.project.deployment.stars', 1), 404, 'RESOURCE_NOT_FOUND');
  refused(await patch('atlas.project.deployment.clusters', -1), 400, 'INVALID_ATTRIBUTE');
  refused(await patch('atlas.project.deployment.clusters', '1'), 400, 'INVALID_JSON_ATTRIBUTE');
  assert.deepEqual((await project.send('GET', '/limits')).json, []);
});

test('every endpoint of v2 has one rate limit set', async () => {
  const reply = await service.client.send({ target: '/api/atlas/v2/rateLimits', headers: NEWEST });
  const endpoints = reply.list('/results').flatMap((set) => {
    const found = at(set, '/endpoints');
    return Array.isArray(found) ? (found as readonly Json[]) : [];
  });
  const served = service.operations.filter(({ versions }) => versions.some(({ version }) => /^\d/.test(version)));
  assert.equal(endpoints.length, served.length);
  assert.equal(new Set(endpoints.map((endpoint) => JSON.stringify(endpoint))).size, served.length);
  assert.equal(
    texts(endpoints, 'path')
      .filter((path) => /[:(^]/.test(path.replace('}:invite', '}')))
      .join(),
    '',
  );
});

test('a rate limit set is found by its id, its name and a path of it', async () => {
  const ask = async (rest: string, accept: string) =>
    await service.client.send({ target: `/api/atlas/v2/rateLimits${rest}`, headers: dated(accept) });
  const one = await ask('/cloudBackups', '2025-03-12');
  assert.deepEqual(
    [at(one.json, '/capacity'), at(one.json, '/refillRate'), at(one.json, '/refillDurationSeconds')],
    [
      { defaultValue: 1200, value: 1200 },
      { defaultValue: 500, value: 500 },
      { defaultValue: 60, value: 60 },
    ],
  );
  const path = '/api/atlas/v2/groups/{groupId}/backup/exportBuckets';
  for (const query of [`?endpointPath=${encodeURIComponent(path)}`, '?name=Cloud%20Backups']) {
    const found = await ask(query, 'preview');
    assert.equal(found.headers['content-type'], 'application/vnd.atlas.preview+json;charset=utf-8');
    assert.deepEqual(found.list('/results'), [one.json]);
  }
  assert.equal(
    (await ask('?groupId=0123456789abcdef01234567&itemsPerPage=1', '2025-03-12')).list('/results').length,
    1,
  );
  refused(await ask('?groupId=x', '2025-03-12'), 400, 'INVALID_QUERY_PARAMETER');
  refused(await ask('?ipAddress=x', '2025-03-12'), 400, 'INVALID_QUERY_PARAMETER');
  refused(await ask('/none', '2025-03-12'), 404, 'ENDPOINT_SET_NOT_FOUND');
  refused(await ask('', '2025-03-11'), 406, 'INVALID_VERSION_DATE');
});

test('the preview is no version of other operations', async () => {
  refused(
    await service.client.send({ target: '/api/atlas/v2/groups', headers: dated('preview') }),
    406,
    'INVALID_VERSION_DATE',
  );
});

test('the clusters of all projects that a caller may read are listed with their projects', async () => {
  const project = await service.newProject('details');
  const dump = service.scratch('details');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await project.cluster('Cluster0', dump);
  for (const base of ['/api/atlas/v2', '/api/atlas/v1.0']) {
    const reply = await service.client.send({ target: `${base}/clusters`, headers: NEWEST });
    const mine = reply.list('/results').find((one) => at(one, '/groupName') === 'details');
    assert.equal(at(mine ?? {}, '/orgId'), service.orgId);
    assert.equal(at(mine ?? {}, '/clusters/0/name'), 'Cluster0');
    assert.equal(at(mine ?? {}, '/clusters/0/type'), 'REPLICA_SET');
    assert.equal(typeof at(mine ?? {}, '/orgName'), 'string');
  }
  const reader = await service.clientWith(['GROUP_READ_ONLY']);
  const read = await reader.send({ target: '/api/atlas/v2/clusters', headers: NEWEST });
  assert.deepEqual(texts(read.list('/results'), 'groupId'), [service.groupId]);
  const stranger = await service.newOrganization('details');
  assert.equal(
    (await stranger.client.send({ target: '/api/atlas/v2/clusters', headers: NEWEST })).list('/results').length,
    0,
  );
});

test('everybody may read the addresses of the control plane', async () => {
  const target = '/api/atlas/v2/unauth/controlPlaneIPAddresses';
  const reply = await service.stranger.send({ target, headers: NEWEST });
  assert.equal(reply.headers['content-type'], 'application/vnd.atlas.2023-11-15+json;charset=utf-8');
  const empty = { aws: {}, azure: {}, gcp: {} };
  assert.deepEqual([reply.status, reply.json], [200, { inbound: empty, outbound: empty }]);
  const envelope = await service.stranger.send({ target: `${target}?envelope=true`, headers: NEWEST });
  assert.equal(at(envelope.json, '/status'), 200);
  refused(await service.stranger.send({ target }), 406, 'INVALID_VERSION_DATE');
  refused(
    await service.stranger.send({ target: `${target}?pretty=x`, headers: NEWEST }),
    400,
    'INVALID_QUERY_PARAMETER',
  );
});

test('telemetry of a caller is taken and thrown away, and that of a stranger is not', async () => {
  const exchange = { method: 'POST', target: '/api/private/v1.0/telemetry/events', body: [{ source: 'mcp' }] };
  assert.equal((await service.client.send(exchange)).status, 200);
  assert.equal((await service.stranger.send(exchange)).status, 401);
});
