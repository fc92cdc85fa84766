import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call as callOperation, wire, type Call } from '../../../test/support/api-request.ts';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { seededMetastore, CALLER, GROUP_ID, ROLE_ID, START_MS } from '../../../test/support/seeded-metastore.ts';
import { ApiError, defineError } from '../../http/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { silentLogger } from '../../kernel/logger.ts';
import type { BucketAddress } from '../../object-store/addressing.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { AccessRole, FindUsages } from '../cloud-provider-access/index.ts';
import { createExportBuckets } from './index.ts';

const ID = '[0-9a-f]{24}';
const UUID = '01234567-89ab-4cde-8f01-23456789abcd';
const V1_BODY = { bucketName: 'example-bucket', cloudProvider: 'AWS', iamRoleId: ROLE_ID };

function unused(): never {
  throw new Error('not used here');
}

/** Ends with the signal alone. */
function silence(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason as Error));
  return promise;
}

/** A store that keeps objects, or fails as the test says. */
function fakeStore(put: string[], failure?: Error | 'silence'): ObjectStore {
  return {
    put: async (key, body, { signal } = {}) => {
      if (failure === 'silence') await silence(signal);
      else if (failure !== undefined) throw failure;
      let bytes = 0;
      for await (const part of body) bytes += part.byteLength;
      put.push(`${key}:${bytes}`);
      return { bytes, sha256: '' };
    },
    get: unused,
    read: unused,
    head: unused,
    compare: unused,
    list: unused,
    delete: unused,
  };
}

const BASICS = { id: ROLE_ID, groupId: GROUP_ID, createdAt: START_MS, authorizedAt: START_MS };
const AWS_ROLE: AccessRole = {
  ...BASICS,
  provider: 'AWS',
  accountArn: 'arn:aws:iam::000000000000:root',
  externalId: '00000000-0000-4000-8000-000000000000',
  iamAssumedRoleArn: undefined,
  takesAnyExternalId: false,
};
const ids = { atlasAzureAppId: 'app', servicePrincipalId: 'principal', tenantId: 'tenant' };
const AZURE_ROLE: AccessRole = { ...BASICS, provider: 'AZURE', ...ids };
const GCP_ROLE: AccessRole = { ...BASICS, provider: 'GCP', gcpServiceAccountForAtlas: 'exporter@example.org' };

const roleNotFound = defineError('CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND', 404, (id: string) => id);

interface Options {
  readonly failure?: Error | 'silence';
  /** Absent: one that only takes objects. */
  readonly store?: ObjectStore;
  readonly roleFailure?: Error;
  readonly roleRemovedMeanwhile?: boolean;
  /** Absent: one of AWS, which is then the only provider of the server. */
  readonly role?: AccessRole;
}

const OTHER = { bucketName: 'other-bucket', cloudProvider: 'AWS', iamRoleId: ROLE_ID };

async function setUp(options: Options = {}) {
  const metastore = await seededMetastore();
  const put: string[] = [];
  const opened: BucketAddress[] = [];
  const openings: unknown[] = [];
  const there: { id: string | undefined } = { id: undefined };
  const found: { usages: FindUsages } = { usages: unused };
  const { role = AWS_ROLE } = options;
  const logged: unknown[] = [];
  const buckets = createExportBuckets({
    database: metastore.database,
    clock: { now: () => START_MS },
    logger: { ...silentLogger, warn: (message, fields) => logged.push([message, fields?.['error']]) },
    cloudProviderAccess: {
      addUsages: (find) => (found.usages = find),
      requireAuthorizedRole: (_groupId, roleId, within) => {
        if (options.roleFailure !== undefined) return Promise.reject(options.roleFailure);
        const isGone = options.roleRemovedMeanwhile === true && within !== undefined;
        return isGone ? Promise.reject(roleNotFound(roleId)) : Promise.resolve(role);
      },
    },
    permissionCheckMs: 10,
    directoryOf: () => undefined,
    openBucketStore: (address, surroundings) => {
      opened.push(address);
      openings.push(surroundings);
      const { knownId = there.id } = surroundings;
      const isAnother = knownId !== there.id;
      return Promise.resolve({
        ...(options.store ?? fakeStore(put, isAnother ? new Error('another bucket') : options.failure)),
        id: knownId,
      });
    },
  });
  const call = async (id: string, request: Omit<Call, 'caller'> = {}) =>
    await callOperation(buckets.operations, id, {
      caller: CALLER,
      ...request,
      params: { groupId: GROUP_ID, ...request.params },
    });
  const count = async (): Promise<number> =>
    (await metastore.database.selectFrom('export_buckets').selectAll().execute()).length;
  const usagesOf: FindUsages = (roleId) => found.usages(roleId);
  return { metastore, buckets, call, put, opened, openings, there, count, logged, usagesOf };
}

function idOf(body: Json | undefined): string {
  const id = isJsonObject(body) ? body['_id'] : undefined;
  assert.ok(typeof id === 'string');
  return id;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const thrown: unknown = await promise.then(
    () => assert.fail('was not refused'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof ApiError, String(thrown));
  const explanation = thrown.explanation === undefined ? '' : ` ${thrown.explanation}`;
  return `${thrown.status} ${thrown.code} ${JSON.stringify(thrown.parameters)}${explanation}`;
}

test('v1.0 creates a bucket and answers with both names of its id', async () => {
  await using context = await scope();
  const { call, put, opened } = context;
  const reply = await call('createGroupBackupExportBucket', { api: 'v1.0', body: V1_BODY });
  assert.equal(reply.status, 200);
  assert.match(
    wire(reply),
    new RegExp(
      `^{"_id":"(${ID})","bucketName":"example-bucket","cloudProvider":"AWS","iamRoleId":"${ROLE_ID}","id":"\\1","projectId":"${GROUP_ID}"}$`,
    ),
  );
  assert.deepEqual(put, ['exported_snapshots/.permissioncheck:0']);
  assert.deepEqual(opened, [{ provider: 'AWS', bucketName: 'example-bucket', role: AWS_ROLE }]);
});

test('a bucket that does not answer is refused in time, and the answer says so', async () => {
  await using context = await scope({ failure: 'silence' });
  // The timer of a signal does not keep a process alive, but a request does.
  const request = setInterval(() => undefined, 1000);
  const refused = await refusal(context.call('createGroupBackupExportBucket', { body: V1_BODY }));
  clearInterval(request);
  assert.match(refused, /^400 CANNOT_ASSUME_ROLE .* did not take an empty object within 0.01 s/);
  assert.equal(await context.count(), 0);
});

test('registrations of a bucket at the same time share the test objects, and those of other buckets do not', async () => {
  await using context = await scope();
  const { call, put, count } = context;
  const create = (body: Json) => call('createGroupBackupExportBucket', { body });
  const replies = await Promise.all([V1_BODY, V1_BODY, V1_BODY, V1_BODY, OTHER].map(create));
  assert.equal(new Set(replies.map(({ body }) => idOf(body))).size, 5);
  assert.equal(await count(), 5);
  // One that began before the others asked, one for those, and one for the other bucket.
  assert.equal(put.length, 3);
  await create(V1_BODY);
  assert.equal(put.length, 4);
});

test('registering a bucket makes its directory, and writing never does', async () => {
  await using context = await scope();
  const { buckets, call, openings } = context;
  const exportBucketId = idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body);
  await buckets.openStore(await buckets.requireExportBucket(GROUP_ID, exportBucketId));
  assert.deepEqual(openings, [{ create: true }, { registered: { id: undefined } }]);
});

test('a bucket is not looked up again when it is registered again, unless it is another one', async () => {
  await using context = await scope();
  const { call, openings, there, put } = context;
  there.id = 'first';
  const create = async () => await call('createGroupBackupExportBucket', { body: V1_BODY });
  await create();
  await create();
  assert.deepEqual(openings.splice(0), [{ create: true }, { knownId: 'first' }]);
  there.id = 'second';
  await create();
  await create();
  assert.deepEqual(openings, [{ knownId: 'first' }, { create: true }, { knownId: 'second' }]);
  assert.equal(put.length, 4);
});

test('a bucket is opened as the one that was registered; registering it again says that what is there now is the right one', async () => {
  await using context = await scope();
  const { buckets, call, openings, there } = context;
  const create = async (body: Json) => idOf((await call('createGroupBackupExportBucket', { body })).body);
  const expected = async (exportBucketId: string) => {
    await buckets.openStore(await buckets.requireExportBucket(GROUP_ID, exportBucketId));
    return openings.at(-1);
  };
  there.id = 'first';
  const [bucket, other] = [await create(V1_BODY), await create(OTHER)];
  there.id = 'second';
  assert.deepEqual(await expected(bucket), { registered: { id: 'first' } });
  const again = await create(V1_BODY);
  for (const id of [bucket, again]) assert.deepEqual(await expected(id), { registered: { id: 'second' } });
  assert.deepEqual(await expected(other), { registered: { id: 'first' } });
});

test('a bucket that is older than ids takes the one that it is given when it is opened', async () => {
  await using context = await scope();
  const { buckets, call, openings, there } = context;
  const exportBucketId = idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body);
  there.id = 'given';
  for (let time = 1; time <= 2; time++) {
    await buckets.openStore(await buckets.requireExportBucket(GROUP_ID, exportBucketId));
  }
  assert.deepEqual(openings.slice(1), [{ registered: { id: undefined } }, { registered: { id: 'given' } }]);
});

test('reading in v1.0 omits id and projectId', async () => {
  await using context = await scope();
  const { call } = context;
  const id = idOf((await call('createGroupBackupExportBucket', { api: 'v1.0', body: V1_BODY })).body);
  const expected = `{"_id":"${id}","bucketName":"example-bucket","cloudProvider":"AWS","iamRoleId":"${ROLE_ID}"}`;
  const one = await call('getGroupBackupExportBucket', { api: 'v1.0', params: { exportBucketId: id } });
  assert.equal(wire(one), expected);
  const list = wire(await call('listGroupBackupExportBuckets', { api: 'v1.0' }));
  assert.ok(list.endsWith(`"results":[${expected}],"totalCount":1}`), list);
});

test('v2 answers as recorded: POST and list without region, GET one with it', async () => {
  await using context = await scope();
  const { call } = context;
  const created = await call('createGroupBackupExportBucket', { body: V1_BODY });
  const id = idOf(created.body);
  const short = `{"_id":"${id}","bucketName":"example-bucket","cloudProvider":"AWS","iamRoleId":"${ROLE_ID}","requirePrivateNetworking":false}`;
  assert.equal(created.status, 200);
  assert.equal(wire(created), short);
  const one = await call('getGroupBackupExportBucket', { params: { exportBucketId: id } });
  assert.equal(wire(one), short.replace('"requireP', '"region":"us-east-1","requireP'));
  const url = `http://localhost:8080/api/atlas/v2/groups/${GROUP_ID}/backup/exportBuckets`;
  assert.equal(
    wire(await call('listGroupBackupExportBuckets', { query: 'includeCount=true' })),
    `{"links":[{"href":"${url}?includeCount=true&pageNum=1&itemsPerPage=100","rel":"self"}],"results":[${short}],"totalCount":1}`,
  );
});

test('the same bucket may be registered again; a list is by age and comes in pages', async () => {
  await using context = await scope();
  const { call } = context;
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push(idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body));
  const { body } = await call('listGroupBackupExportBuckets', { query: 'itemsPerPage=2&pageNum=2' });
  assert.ok(isJsonObject(body) && Array.isArray(body['results']));
  assert.deepEqual(body['results'].map(idOf), [ids[2]]);
  assert.equal(body['totalCount'], 3);
});

test('PATCH switches private networking', async () => {
  await using context = await scope();
  const { call } = context;
  const id = idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body);
  const params = { exportBucketId: id };
  const reply = await call('updateGroupBackupExportBucket', { params, body: { requirePrivateNetworking: true } });
  assert.equal(reply.status, 200);
  assert.match(wire(reply), /"region":"us-east-1","requirePrivateNetworking":true}$/);
  assert.match(wire(await call('getGroupBackupExportBucket', { params })), /"requirePrivateNetworking":true}$/);
});

test('DELETE removes the row, and a second DELETE finds none', async () => {
  await using context = await scope();
  const { call, count } = context;
  const params = { exportBucketId: idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body) };
  assert.deepEqual(await call('deleteGroupBackupExportBucket', { params }), { status: 204 });
  assert.equal(await count(), 0);
  const gone = `404 EXPORT_BUCKET_NOT_FOUND ["${params.exportBucketId}"]`;
  assert.equal(await refusal(call('deleteGroupBackupExportBucket', { params })), gone);
  assert.equal(await refusal(call('getGroupBackupExportBucket', { params, api: 'v1.0' })), gone);
  const body = { requirePrivateNetworking: true };
  assert.equal(await refusal(call('updateGroupBackupExportBucket', { params, body })), gone);
});

test('a hook keeps a bucket that is in use', async () => {
  await using context = await scope();
  const { call, buckets, count } = context;
  const inUse = defineError('IN_USE', 400, (id: string) => id);
  buckets.onRemoval((_transaction, bucket) => Promise.reject(inUse(bucket.id)));
  const id = idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body);
  const removal = call('deleteGroupBackupExportBucket', { params: { exportBucketId: id } });
  assert.equal(await refusal(removal), `400 IN_USE ["${id}"]`);
  assert.equal(await count(), 1);
});

test('a bucket of another project is not found', async () => {
  await using context = await scope();
  const { call } = context;
  const id = idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body);
  const params = { groupId: 'f'.repeat(24), exportBucketId: id };
  assert.match(await refusal(call('getGroupBackupExportBucket', { params })), /^404 EXPORT_BUCKET_NOT_FOUND/);
});

test('the buckets of a role are known as its usages', async () => {
  await using context = await scope();
  const { call, usagesOf } = context;
  const id = idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body);
  assert.deepEqual(await usagesOf(ROLE_ID), [{ exportBucketId: id, groupId: GROUP_ID }]);
  assert.deepEqual(await usagesOf('f'.repeat(24)), []);
});

const AZURE_BUCKET = {
  cloudProvider: 'AZURE',
  roleId: ROLE_ID,
  serviceUrl: 'https://account.blob.core.windows.net',
  bucketName: 'exports',
};
const GCP_BUCKET = { cloudProvider: 'GCP', roleId: ROLE_ID, bucketName: 'my_exports' };

test('where Azure is configured a container is registered, found and listed', async () => {
  await using context = await scope({ role: AZURE_ROLE });
  const { call, opened } = context;
  const created = await call('createGroupBackupExportBucket', { body: { ...AZURE_BUCKET, tenantId: UUID } });
  const document = `{"_id":"${idOf(created.body)}","bucketName":"exports","cloudProvider":"AZURE","roleId":"${ROLE_ID}","serviceUrl":"${AZURE_BUCKET.serviceUrl}","tenantId":"${UUID}"}`;
  assert.equal(wire(created), document);
  assert.deepEqual(opened, [
    { provider: 'AZURE', serviceUrl: AZURE_BUCKET.serviceUrl, bucketName: 'exports', role: AZURE_ROLE },
  ]);
  const params = { exportBucketId: idOf(created.body) };
  assert.equal(wire(await call('getGroupBackupExportBucket', { params })), document);
  assert.ok(wire(await call('listGroupBackupExportBuckets', {})).includes(`"results":[${document}]`));
  const untold = wire(await call('createGroupBackupExportBucket', { body: AZURE_BUCKET }));
  assert.match(untold, /"tenantId":"tenant"/);
  const update = call('updateGroupBackupExportBucket', { params, body: { requirePrivateNetworking: true } });
  assert.equal(await refusal(update), '400 INVALID_ATTRIBUTE ["requirePrivateNetworking"]');
});

test('where Google Cloud is configured a bucket is registered, found and listed', async () => {
  await using context = await scope({ role: GCP_ROLE });
  const { call, opened } = context;
  const created = await call('createGroupBackupExportBucket', { body: GCP_BUCKET });
  const document = `{"_id":"${idOf(created.body)}","bucketName":"my_exports","cloudProvider":"GCP","roleId":"${ROLE_ID}"}`;
  assert.equal(wire(created), document);
  assert.deepEqual(opened, [{ provider: 'GCP', bucketName: 'my_exports', role: GCP_ROLE }]);
  const params = { exportBucketId: idOf(created.body) };
  assert.equal(wire(await call('getGroupBackupExportBucket', { params })), document);
  assert.equal(wire(await call('getGroupBackupExportBucket', { params, api: 'v1.0' })), document);
});

test('a bucket cannot have the role of another provider, nor an Azure bucket no container', async () => {
  await using context = await scope({ role: GCP_ROLE });
  const { call, opened, count } = context;
  for (const [provider, body] of [
    ['AWS', V1_BODY],
    ['AZURE', AZURE_BUCKET],
  ] as const) {
    const creation = call('createGroupBackupExportBucket', { body });
    const reason = `It is a role of GCP, and the bucket is one of ${provider}.`;
    assert.equal(await refusal(creation), `400 CANNOT_ASSUME_ROLE ["${ROLE_ID}"] ${reason}`);
  }
  assert.equal(
    await refusal(call('createGroupBackupExportBucket', { body: AZURE })),
    '400 MISSING_ATTRIBUTE ["bucketName"]',
  );
  assert.deepEqual(opened, []);
  assert.equal(await count(), 0);
});

test('a row with an unknown provider is a defect, and not a bucket of AWS', async () => {
  await using context = await scope();
  const { call, metastore } = context;
  const id = idOf((await call('createGroupBackupExportBucket', { body: V1_BODY })).body);
  const read = () => call('getGroupBackupExportBucket', { params: { exportBucketId: id } });
  await metastore.database.updateTable('export_buckets').set({ aws_region: null }).execute();
  await assert.rejects(read(), /the column export_buckets\.aws_region holds/);
  await metastore.database.updateTable('export_buckets').set({ provider: 'OTHER' }).execute();
  await assert.rejects(read(), /the column export_buckets\.provider holds/);
});

const without = (name: string): JsonObject =>
  Object.fromEntries(Object.entries(V1_BODY).filter(([key]) => key !== name));
const AZURE = { cloudProvider: 'AZURE', roleId: ROLE_ID, serviceUrl: 'https://account.blob.core.windows.net' };
const BAD_BODIES: readonly (readonly [string, Call['api'], JsonObject, string])[] = [
  [
    'a bad role id',
    'v1.0',
    { ...V1_BODY, iamRoleId: 'arn:aws:iam::1:role/x' },
    '400 INVALID_JSON_ATTRIBUTE ["iamRoleId"]',
  ],
  ['no role id', 'v1.0', without('iamRoleId'), '400 MISSING_ATTRIBUTE ["iamRoleId"]'],
  ['no bucket name', 'v1.0', without('bucketName'), '400 MISSING_ATTRIBUTE ["bucketName"]'],
  ['no provider', 'v1.0', without('cloudProvider'), '400 MISSING_ATTRIBUTE ["cloudProvider"]'],
  ['another provider', 'v1.0', { ...V1_BODY, cloudProvider: 'AZURE' }, '400 INVALID_ENUM_VALUE ["AZURE"]'],
  [
    'an attribute of v2',
    'v1.0',
    { ...V1_BODY, requirePrivateNetworking: true },
    '400 INVALID_ATTRIBUTE ["requirePrivateNetworking"]',
  ],
  ['an unknown attribute', 'v2', { ...V1_BODY, x: 1 }, '400 INVALID_ATTRIBUTE ["x"]'],
  ['a bad role id', 'v2', { ...V1_BODY, iamRoleId: 'x' }, '400 INVALID_JSON_ATTRIBUTE ["iamRoleId"]'],
  ['an unknown provider', 'v2', { ...V1_BODY, cloudProvider: 'ALIBABA' }, '400 INVALID_ENUM_VALUE ["ALIBABA"]'],
  ['no role', 'v2', without('iamRoleId'), '400 MISSING_ATTRIBUTE ["iamRoleId"]'],
  ["Azure's role in an AWS bucket", 'v2', { ...V1_BODY, roleId: ROLE_ID }, '400 INVALID_ATTRIBUTE ["roleId"]'],
  [
    'Azure without a service URL',
    'v2',
    { cloudProvider: 'AZURE', roleId: ROLE_ID },
    '400 MISSING_ATTRIBUTE ["serviceUrl"]',
  ],
  [
    'a path as bucket name',
    'v2',
    { ...V1_BODY, bucketName: '../../etc' },
    '400 EXPORT_BUCKET_NAME_INVALID ["../../etc"]',
  ],
  [
    'a bucket name that S3 refuses',
    'v1.0',
    { ...V1_BODY, bucketName: 'Bucket' },
    '400 EXPORT_BUCKET_NAME_INVALID ["Bucket"]',
  ],
];

for (const [what, api, body, expected] of BAD_BODIES) {
  test(`${api} refuses ${what}, and nothing is touched`, async () => {
    await using context = await scope();
    const { call, opened, count } = context;
    assert.equal(await refusal(call('createGroupBackupExportBucket', { ...(api && { api }), body })), expected);
    assert.deepEqual(opened, []);
    assert.equal(await count(), 0);
  });
}

test('a store that refuses an object leaves nothing', async () => {
  const failure = new AppError({
    code: 'ACCESS_DENIED',
    message: 'the disk is read-only',
    hint: 'Mount it for writing.',
  });
  await using context = await scope({ failure });
  const { call, count, logged } = context;
  const creation = call('createGroupBackupExportBucket', { body: V1_BODY });
  assert.equal(
    await refusal(creation),
    `400 CANNOT_ASSUME_ROLE ["${ROLE_ID}"] the disk is read-only. Mount it for writing.`,
  );
  assert.equal(await count(), 0);
  assert.deepEqual(logged, [['An export bucket cannot be written', failure]]);
});

test('a bucket on a full disk is answered as a full disk, and leaves nothing', async () => {
  const failure = new AppError({ code: 'OBJECT_STORE_FULL', message: 'the disk is full', transient: true });
  await using context = await scope({ failure });
  const { call, count, logged } = context;
  assert.equal(await refusal(call('createGroupBackupExportBucket', { body: V1_BODY })), '507 INSUFFICIENT_STORAGE []');
  assert.equal(await count(), 0);
  assert.equal(logged.length, 1);
});

test('a bucket that is found usable is announced, and one that is not is not', async () => {
  const failing = { put: () => Promise.reject(new AppError({ code: 'ACCESS_DENIED', message: 'no' })) };
  for (const [broken, expected] of [
    [{}, ['example-bucket']],
    [failing, []],
  ] as const) {
    const store: ObjectStore = memoryStore();
    let isBroken = false;
    const put: ObjectStore['put'] = async (...values) =>
      await (isBroken ? { ...store, ...broken } : store).put(...values);
    await using context = await scope({ store: { ...store, put } });
    const created = wire(await context.call('createGroupBackupExportBucket', { body: V1_BODY }));
    const { _id } = JSON.parse(created) as { _id: string };
    const announced: string[] = [];
    context.buckets.onUsable((_transaction, { bucketName }) => {
      announced.push(bucketName);
      return Promise.resolve();
    });
    isBroken = true;
    await context.call('validateExportBucket', { api: 'longshore', params: { exportBucketId: _id } });
    assert.deepEqual(announced, expected);
  }
});

test('a role that is removed while the bucket is tried leaves nothing', async () => {
  await using context = await scope({ roleRemovedMeanwhile: true });
  const { call, count, put } = context;
  const creation = call('createGroupBackupExportBucket', { body: V1_BODY });
  assert.equal(await refusal(creation), `404 CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND ["${ROLE_ID}"]`);
  assert.equal(put.length, 1);
  assert.equal(await count(), 0);
});

test('the error says what is wrong with the role, and no store is opened', async () => {
  await using context = await scope({ roleFailure: roleNotFound(ROLE_ID) });
  const { call, opened } = context;
  const creation = call('createGroupBackupExportBucket', { api: 'v1.0', body: V1_BODY });
  assert.equal(await refusal(creation), `404 CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND ["${ROLE_ID}"]`);
  assert.deepEqual(opened, []);
});

async function scope(options: Parameters<typeof setUp>[0] = {}) {
  const context = await setUp(options);
  return { ...context, [Symbol.asyncDispose]: () => context.metastore.close() };
}
