import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Exchange } from '../support/digest-client.ts';
import { dated } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { expectBody, expectError } from './expect.ts';

// Export buckets beyond what is recorded: the old API, pretty and envelope, PATCH.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

const old = (rest = '') => `/api/atlas/v1.0/groups/${service.groupId}/backup/exportBuckets${rest}`;
const dateds = (rest = '') => `/api/atlas/v2/groups/${service.groupId}/backup/exportBuckets${rest}`;
const UNKNOWN_ID = '111111111111111111111111';

/** The request of the v1.0 reference, as curl sends it. */
const seed = (query = '', bucketName = 'example-bucket'): Exchange => ({
  method: 'POST',
  target: old(query),
  headers: { accept: 'application/json', 'content-type': 'application/json' },
  body: `{"iamRoleId":"${service.roleId}","bucketName":"${bucketName}","cloudProvider":"AWS"}`,
});

const created = (id: string, bucketName = 'example-bucket') => ({
  _id: id,
  bucketName,
  cloudProvider: 'AWS',
  iamRoleId: service.roleId,
  id,
  projectId: service.groupId,
});

test('the request of the reference makes a bucket and answers 200', async () => {
  const reply = await service.client.send(seed());
  expectBody(reply, 200, created(reply.string('/_id')));
  assert.match(reply.string('/_id'), /^[0-9a-f]{24}$/);
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.equal(reply.headers['ratelimit-limit'], undefined);
  const permissionCheck = join(service.dataDirectory, 'buckets/example-bucket/exported_snapshots/.permissioncheck');
  assert.ok(existsSync(permissionCheck) && statSync(permissionCheck).size === 0);
});

test('pretty=true breaks lines and puts spaces around colons', async () => {
  const reply = await service.client.send(seed('?pretty=true'));
  const id = reply.string('/_id');
  assert.equal(
    reply.text,
    [
      '{',
      `  "_id" : "${id}",`,
      '  "bucketName" : "example-bucket",',
      '  "cloudProvider" : "AWS",',
      `  "iamRoleId" : "${service.roleId}",`,
      `  "id" : "${id}",`,
      `  "projectId" : "${service.groupId}"`,
      '}',
    ].join('\n'),
  );
  const compact = await service.client.send(seed('?pretty=false'));
  assert.doesNotMatch(compact.text, /\n| : /);
});

test('envelope=true wraps what v1.0 answers under both of its names', async () => {
  const reply = await service.client.send(seed('?envelope=true'));
  const bucket = created(reply.string('/content/_id'));
  expectBody(reply, 200, { status: 200, content: bucket, envelope: bucket });
});

test('envelope=true wraps what v2 answers', async () => {
  const body = { bucketName: 'example-bucket', cloudProvider: 'AWS', iamRoleId: service.roleId };
  const exchange = { method: 'POST', target: dateds('?envelope=true'), headers: dated('2024-05-30'), body };
  const reply = await service.client.send(exchange);
  const bucket = { _id: reply.string('/content/_id'), ...body, requirePrivateNetworking: false };
  expectBody(reply, 200, { status: 200, content: bucket });
});

test('envelope=true puts the status next to the keys of a list', async () => {
  for (const target of [old('?envelope=true'), dateds('?envelope=true')]) {
    const reply = await service.client.send({ target, headers: dated('2024-05-30') });
    assert.equal(reply.status, 200);
    assert.deepEqual(Object.keys(reply.json as object), ['links', 'results', 'status', 'totalCount']);
  }
});

test('envelope=true answers errors with HTTP 200, too', async () => {
  const document = {
    detail: `No export bucket with ID ${UNKNOWN_ID} exists.`,
    error: 404,
    errorCode: 'EXPORT_BUCKET_NOT_FOUND',
    parameters: [UNKNOWN_ID],
    reason: 'Not Found',
  };
  const inOld = await service.client.send({ target: old(`/${UNKNOWN_ID}?envelope=true`) });
  assert.equal(inOld.status, 200);
  assert.deepEqual(Object.keys(inOld.json as object), ['status', 'content', 'envelope']);
  assert.equal(inOld.string('/content/errorCode'), document.errorCode);
  assert.equal(inOld.string('/envelope/errorCode'), document.errorCode);
  const inV2 = await service.client.send({
    target: dateds(`/${UNKNOWN_ID}?envelope=true`),
    headers: dated('2023-01-01'),
  });
  assert.equal(inV2.status, 200);
  assert.deepEqual(Object.keys(inV2.json as object), ['status', 'content']);
  assert.equal(inV2.string('/content/errorCode'), document.errorCode);
});

test('v1.0 reads what it made without projectId and id, and v2 sees the same bucket', async () => {
  const id = (await service.client.send(seed('', 'shared-bucket'))).string('/_id');
  const shown = { _id: id, bucketName: 'shared-bucket', cloudProvider: 'AWS', iamRoleId: service.roleId };
  expectBody(await service.client.send({ target: old(`/${id}`) }), 200, shown);
  const inV2 = await service.client.send({ target: dateds(`/${id}`), headers: dated('2024-05-30') });
  expectBody(inV2, 200, {
    _id: id,
    bucketName: 'shared-bucket',
    cloudProvider: 'AWS',
    iamRoleId: service.roleId,
    region: 'us-east-1',
    requirePrivateNetworking: false,
  });
});

test('DELETE answers 204 in both APIs, and the bucket is gone from both', async () => {
  for (const at of [old, dateds]) {
    const id = (await service.client.send(seed('', 'short-lived'))).string('/_id');
    const exchange = { method: 'DELETE', target: at(`/${id}`), headers: dated('2023-01-01') };
    const reply = await service.client.send(exchange);
    assert.deepEqual([reply.status, reply.text, reply.headers['content-length']], [204, '', undefined]);
    for (const target of [old(`/${id}`), dateds(`/${id}`)])
      assert.equal((await service.client.send({ target, headers: dated('2023-01-01') })).status, 404);
    assert.equal((await service.client.send(exchange)).status, 404);
  }
});

test('PATCH changes private networking, in v2 only', async () => {
  const id = (await service.client.send(seed('', 'patched'))).string('/_id');
  const patch = (target: string, body: unknown): Exchange => ({
    method: 'PATCH',
    target,
    headers: dated('2024-05-30'),
    body,
  });
  const reply = await service.client.send(patch(dateds(`/${id}`), { requirePrivateNetworking: true }));
  assert.equal(reply.status, 200, reply.text);
  const read = await service.client.send({ target: dateds(`/${id}`), headers: dated('2024-05-30') });
  assert.match(read.text, /"requirePrivateNetworking":true/);
  const target = old(`/${id}`);
  expectError(await service.client.send(patch(target, { requirePrivateNetworking: false })), {
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    parameters: ['PATCH', target],
    detail: `The method PATCH is not supported for the resource ${target}.`,
  });
});

test('the same bucket name may be registered as often as one likes', async () => {
  const ids = new Set<string>();
  for (let count = 0; count < 3; count++) ids.add((await service.client.send(seed('', 'repeated'))).string('/_id'));
  assert.equal(ids.size, 3);
});
