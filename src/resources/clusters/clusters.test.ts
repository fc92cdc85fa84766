import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { call as callOperation, wire, type Call } from '../../../test/support/api-request.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { CALLER, GROUP_ID, seededMetastore, START_MS } from '../../../test/support/seeded-metastore.ts';
import { ApiError, defineError } from '../../http/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type Json } from '../../kernel/json.ts';
import { createSealer } from '../../kernel/sealing.ts';
import { createClusters, type ClusterSource } from './index.ts';

const NAME = 'cluster-989';
const DUMP = { name: NAME, mongodump: { directory: '/dumps/one' } };
const SECRET_URI = 'mongodb://admin:s3cr3t-Pa55@db.example:27017/?replicaSet=rs0';
const LIVE = { name: 'live', mongodb: { uri: SECRET_URI } };

/** @param failure why sources cannot be opened, which a test may change. */
async function scope(failure: { readonly error?: Error | undefined } = {}) {
  const metastore = await seededMetastore();
  const opened: ClusterSource[] = [];
  const allowed: boolean[] = [];
  let closed = 0;
  const clusters = createClusters({
    database: metastore.database,
    clock: { now: () => START_MS },
    sealer: createSealer(randomBytes(32)),
    describeSource: ({ mongodbVersion, consistency, leftOut, warnings = [] }) => ({
      mongodbVersion,
      consistency,
      leftOut,
      warnings,
      collections: ['shop.orders'],
    }),
    openTarget: () => assert.fail('nothing is restored here'),
    openSource: (source, { allowEmpty }) => {
      opened.push(source);
      allowed.push(allowEmpty);
      if (failure.error !== undefined) return Promise.reject(failure.error);
      return Promise.resolve({
        mongodbVersion: '8.0.29',
        consistency: { level: 'none', reason: 'a test' },
        leftOut: [{ name: 'local', reason: 'MongoDB keeps it' }],
        collections: [],
        close: () => {
          closed++;
          return Promise.resolve();
        },
      });
    },
  });
  const call = async (id: string, request: Omit<Call, 'caller'> = {}) =>
    await callOperation(clusters.operations, id, {
      caller: CALLER,
      ...request,
      params: { groupId: GROUP_ID, ...request.params },
    });
  const register = async (body: Json) => await call('registerCluster', { api: 'longshore', body });
  return {
    metastore,
    clusters,
    call,
    register,
    opened,
    allowed,
    closed: () => closed,
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

test('an empty source is opened only if the cluster permits it, at registration and later', async () => {
  await using context = await scope();
  const { register, allowed, clusters } = context;
  await register(DUMP);
  await register({ ...DUMP, name: 'maybe-empty', allowEmpty: true });
  for (const name of [NAME, 'maybe-empty']) {
    const { id } = await clusters.requireCluster(GROUP_ID, name);
    await (await clusters.openClusterSource(id)).close();
  }
  assert.deepEqual(allowed, [false, true, false, true]);
});

test('a cluster is strict only on request', async () => {
  await using context = await scope();
  const { register, clusters } = context;
  await register(DUMP);
  await register({ ...DUMP, name: 'strict', strict: true });
  assert.equal((await clusters.requireCluster(GROUP_ID, NAME)).strict, false);
  assert.equal((await clusters.requireCluster(GROUP_ID, 'strict')).strict, true);
});

test('registers every form of dump, and opens each as what it is', async () => {
  await using context = await scope();
  const { register, opened, clusters } = context;
  const forms: readonly [Json, ClusterSource][] = [
    [
      { directory: '/d/app', database: 'shop' },
      { kind: 'mongodump', directory: '/d/app', database: 'shop' },
    ],
    [{ archive: '/d/a.gz' }, { kind: 'archive', file: '/d/a.gz' }],
  ];
  for (const [index, [mongodump, source]] of forms.entries()) {
    await register({ name: `c${index}`, mongodump });
    assert.deepEqual(opened.at(-1), source);
    const { id } = await clusters.requireCluster(GROUP_ID, `c${index}`);
    await (await clusters.openClusterSource(id)).close();
    assert.deepEqual(opened.at(-1), source);
  }
  const before = opened.length;
  const sent = wire(await register({ name: 'sent', mongodump: { archive: '-' } }));
  assert.match(sent, /"mongoDBVersion":"unknown","name":"sent","source":"upload","strict":false}$/);
  assert.equal(opened.length, before);
});

for (const mongodump of [
  {},
  { directory: '/d', archive: '/a' },
  { archive: 'a' },
  { archive: '/a', database: 'shop' },
  { directory: '/d', database: 'a/b' },
  { directory: '/d', database: '' },
  { database: 'shop' },
]) {
  test(`refuses a dump of no form: ${JSON.stringify(mongodump)}`, async () => {
    await using context = await scope();
    const refused = await refusal(context.register({ name: 'c', mongodump }));
    assert.match(refused, /^400 INVALID_CLUSTER_CONFIGURATION /);
    assert.deepEqual(context.opened, []);
  });
}

/** The keys in their order, and below them those of objects and of the first element of arrays. */
function shape(value: Json | undefined): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map((element: Json) => shape(element));
  if (!isJsonObject(value)) return typeof value;
  return Object.entries(value).map(([key, below]) => [key, shape(below)]);
}

const keys = (value: Json | undefined): string => (isJsonObject(value) ? Object.keys(value).join(' ') : '');

test('registers a dump after opening it once, and shows it in every version', async () => {
  await using context = await scope();
  const { call, register, opened, closed } = context;
  const reply = await register(DUMP);
  assert.equal(reply.status, 201);
  assert.match(
    wire(reply),
    new RegExp(
      `^{"allowEmpty":false,"createDate":"2026-08-10T03:19:34Z","groupId":"${GROUP_ID}","id":"[0-9a-f]{24}","mongoDBVersion":"8.0.29","name":"${NAME}","source":"mongodump","strict":false,"consistency":{"level":"none","reason":"a test"},"collections":\\["shop\\.orders"\\],"leftOut":\\[{"name":"local","reason":"MongoDB keeps it"}\\],"warnings":\\[\\]}$`,
    ),
  );
  assert.deepEqual(opened, [{ kind: 'mongodump', directory: '/dumps/one' }]);
  assert.equal(closed(), 1);
  const params = { clusterName: NAME };
  const newest = await call('getGroupCluster', { params });
  assert.equal(
    keys(newest.body),
    'adaptiveCapacity advancedConfiguration backupEnabled biConnector clusterType connectionStrings createDate diskWarmingMode effectiveDatabaseEdition effectiveReplicationSpecs encryptionAtRestProvider featureCompatibilityVersion globalClusterSelfManagedSharding groupId id internalClusterRole labels links mongoDBMajorVersion mongoDBVersion name paused pitEnabled redactClientLogData replicationSpecs retainBackups rootCertType stateName tags terminationProtectionEnabled useAwsTimeBasedSnapshotCopyForFastInitialSync versionReleaseSystem',
  );
  const middle = await call('getGroupCluster', { params, version: '2023-02-01' });
  assert.equal(
    keys(middle.body),
    'advancedConfiguration backupEnabled biConnector clusterType connectionStrings createDate diskSizeGB diskWarmingMode encryptionAtRestProvider globalClusterSelfManagedSharding groupId id labels links mongoDBMajorVersion mongoDBVersion name paused pitEnabled replicationSpecs rootCertType stateName tags terminationProtectionEnabled versionReleaseSystem',
  );
  const old = await call('getGroupCluster', { params, api: 'v1.0' });
  assert.equal(
    keys(old.body),
    'advancedConfiguration autoScaling backupEnabled biConnector clusterType connectionStrings createDate diskSizeGB diskWarmingMode encryptionAtRestProvider globalClusterSelfManagedSharding groupId id labels links mongoDBMajorVersion mongoDBVersion name numShards paused pitEnabled providerBackupEnabled providerSettings replicationFactor replicationSpec replicationSpecs rootCertType stateName tags terminationProtectionEnabled versionReleaseSystem',
  );
  assert.match(wire(newest), /"stateName":"IDLE"/);
  const specs = (body: Json | undefined) => (isJsonObject(body) ? shape(body['replicationSpecs']) : undefined);
  assert.equal(
    JSON.stringify(specs(middle.body)).replaceAll(/"(string|number|boolean)"/g, '""'),
    JSON.stringify([
      [
        ['id', ''],
        ['numShards', ''],
        [
          'regionConfigs',
          [
            [
              [
                'analyticsSpecs',
                [
                  ['instanceSize', ''],
                  ['diskIOPS', ''],
                  ['ebsVolumeType', ''],
                  ['nodeCount', ''],
                ],
              ],
              [
                'autoScaling',
                [
                  [
                    'compute',
                    [
                      ['enabled', ''],
                      ['scaleDownEnabled', ''],
                    ],
                  ],
                  ['diskGB', [['enabled', '']]],
                ],
              ],
              [
                'electableSpecs',
                [
                  ['instanceSize', ''],
                  ['diskIOPS', ''],
                  ['ebsVolumeType', ''],
                  ['nodeCount', ''],
                ],
              ],
              ['priority', ''],
              ['providerName', ''],
              [
                'readOnlySpecs',
                [
                  ['instanceSize', ''],
                  ['diskIOPS', ''],
                  ['ebsVolumeType', ''],
                  ['nodeCount', ''],
                ],
              ],
              ['regionName', ''],
            ],
          ],
        ],
        ['zoneId', ''],
        ['zoneName', ''],
      ],
    ]),
  );
});

test('links stand in the recorded order and below the API that was asked', async () => {
  await using context = await scope();
  const { call, register } = context;
  await register(DUMP);
  for (const api of ['v1.0', 'v2'] as const) {
    const { body } = await call('getGroupCluster', { params: { clusterName: NAME }, api });
    const self = `http://localhost:8080/api/atlas/${api}/groups/${GROUP_ID}/clusters/${NAME}`;
    assert.deepEqual(isJsonObject(body) && body['links'], [
      { href: self, rel: 'self' },
      { href: `${self}/backup/restoreJobs`, rel: 'https://cloud.mongodb.com/restoreJobs' },
      { href: `${self}/backup/snapshots`, rel: 'https://cloud.mongodb.com/snapshots' },
    ]);
  }
});

test('a password is in no answer and not readable in the database', async () => {
  await using context = await scope();
  const { call, register, opened, clusters, metastore } = context;
  const answers = [wire(await register(LIVE))];
  for (const api of ['v1.0', 'v2'] as const) {
    answers.push(wire(await call('getGroupCluster', { params: { clusterName: 'live' }, api })));
    answers.push(wire(await call('listGroupClusters', { api })));
  }
  const stored = JSON.stringify(await metastore.database.selectFrom('clusters').selectAll().execute());
  for (const text of [...answers, stored]) assert.doesNotMatch(text, /s3cr3t|admin/);
  assert.match(answers[1] ?? '', /"standard":"mongodb:\/\/db\.example:27017\/\?replicaSet=rs0"/);
  const { id } = await clusters.requireCluster(GROUP_ID, 'live');
  await clusters.openClusterSource(id);
  assert.deepEqual(opened.at(-1), { kind: 'mongodb', uri: SECRET_URI });
});

test('a source that cannot be opened is not registered, and the reason has no password', async () => {
  const failure = new AppError({
    code: 'SOURCE_UNREACHABLE',
    message: `cannot reach ${SECRET_URI} with s3cr3t-Pa55.`,
    cause: new Error('s3cr3t-Pa55'),
  });
  await using context = await scope({ error: failure });
  const { register, metastore } = context;
  const told = await refusal(register(LIVE));
  assert.equal(told, '400 INVALID_CLUSTER_CONFIGURATION ["cannot reach [redacted] with [redacted]"]');
  assert.deepEqual(await metastore.database.selectFrom('clusters').selectAll().execute(), []);
});

const BAD_BODIES: readonly (readonly [string, Json, RegExp])[] = [
  ['a bad name', { ...DUMP, name: 'no_underscore' }, /^400 CLUSTER_NAME_INVALID \["no_underscore"\]/],
  ['a name with a hyphen in front', { ...DUMP, name: '-a' }, /^400 CLUSTER_NAME_INVALID/],
  ['an empty name', { ...DUMP, name: '' }, /^400 CLUSTER_NAME_INVALID/],
  ['a name with a newline', { ...DUMP, name: 'a\n' }, /^400 CLUSTER_NAME_INVALID/],
  ['a long name', { ...DUMP, name: 'a'.repeat(65) }, /^400 CLUSTER_NAME_INVALID/],
  ['no name', { mongodump: DUMP.mongodump }, /^400 MISSING_ATTRIBUTE \["name"\]/],
  ['no source', { name: NAME }, /^400 INVALID_CLUSTER_CONFIGURATION/],
  ['two sources', { ...DUMP, mongodb: LIVE.mongodb }, /^400 INVALID_CLUSTER_CONFIGURATION/],
  ['a relative directory', { name: NAME, mongodump: { directory: '../x' } }, /^400 INVALID_CLUSTER_CONFIGURATION/],
  ['another URI', { name: NAME, mongodb: { uri: 'http://x' } }, /^400 INVALID_CLUSTER_CONFIGURATION/],
];
for (const [what, body, expected] of BAD_BODIES) {
  test(`refuses ${what} without opening anything`, async () => {
    await using context = await scope();
    const { register, opened } = context;
    assert.match(await refusal(register(body)), expected);
    assert.deepEqual(opened, []);
  });
}

test('a name is unique in a project, also for two requests at the same time', async () => {
  await using context = await scope();
  const { register } = context;
  const told = await Promise.allSettled([register(DUMP), register(DUMP)]);
  assert.deepEqual(told.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(await refusal(register(DUMP)), `400 DUPLICATE_CLUSTER_NAME ["${NAME}","${GROUP_ID}"]`);
});

test('a project that is removed while the source is opened leaves no cluster', async () => {
  await using context = await scope();
  const params = { groupId: 'f'.repeat(24) };
  const registration = context.call('registerCluster', { api: 'longshore', params, body: DUMP });
  assert.equal(await refusal(registration), `404 GROUP_NOT_FOUND ["${params.groupId}"]`);
});

test('an unknown cluster is not found, to the letter of the recording', async () => {
  await using context = await scope();
  const { call } = context;
  const thrown: unknown = await call('getGroupCluster', { params: { clusterName: NAME } }).catch((e: unknown) => e);
  assert.ok(thrown instanceof ApiError);
  assert.equal(thrown.message, `No cluster named ${NAME} exists in group ${GROUP_ID}.`);
  assert.deepEqual([thrown.status, thrown.code, thrown.parameters], [404, 'CLUSTER_NOT_FOUND', [NAME, GROUP_ID]]);
});

test('DELETE answers 202 {}, the cluster is DELETING once and then gone; a hook can keep it', async () => {
  await using context = await scope();
  const { call, register, clusters } = context;
  await register(DUMP);
  const params = { clusterName: NAME };
  const odd = await refusal(call('deleteGroupCluster', { params, query: 'retainBackups=some' }));
  assert.equal(odd, '400 INVALID_QUERY_PARAMETER ["retainBackups"]');
  const busy = defineError('BUSY', 409, () => 'busy');
  let refuse = true;
  clusters.onRemoval(() => (refuse ? Promise.reject(busy()) : Promise.resolve()));
  assert.equal(await refusal(call('deleteGroupCluster', { params })), '409 BUSY []');
  refuse = false;
  assert.deepEqual(await call('deleteGroupCluster', { params }), { status: 202, body: {} });
  const again = await refusal(call('deleteGroupCluster', { params, api: 'v1.0' }));
  assert.equal(again, `400 CLUSTER_ALREADY_REQUESTED_DELETION ["${NAME}"]`);
  assert.match(wire(await call('listGroupClusters')), /"results":\[\]/);
  assert.match(wire(await call('getGroupCluster', { params })), /"stateName":"DELETING"/);
  assert.match(await refusal(call('getGroupCluster', { params })), /^404 CLUSTER_NOT_FOUND/);
  assert.match(await refusal(call('deleteGroupCluster', { params })), /^404 CLUSTER_NOT_FOUND/);
});

test('a cluster that was removed an hour ago is not found, although no client has asked for it', async () => {
  await using context = await scope();
  const { call, register, metastore } = context;
  await register(DUMP);
  const params = { clusterName: NAME };
  await call('deleteGroupCluster', { params });
  const hourAgo = { removed_at: START_MS - 60 * 60_000 - 1 };
  await metastore.database.updateTable('removed_clusters').set(hourAgo).execute();
  assert.match(await refusal(call('deleteGroupCluster', { params })), /^404 CLUSTER_NOT_FOUND/);
  assert.match(await refusal(call('getGroupCluster', { params })), /^404 CLUSTER_NOT_FOUND/);
});

test('the name of a removed cluster is free at once, and DELETING is seen of the last cluster of the name only', async () => {
  await using context = await scope();
  const { call, register } = context;
  const params = { clusterName: NAME };
  for (let times = 0; times < 2; times++) {
    await register(DUMP);
    assert.match(wire(await call('getGroupCluster', { params })), /"stateName":"IDLE"/);
    await call('deleteGroupCluster', { params });
  }
  assert.match(wire(await call('getGroupCluster', { params, api: 'v1.0' })), /"stateName":"DELETING"/);
  assert.match(await refusal(call('getGroupCluster', { params })), /^404 CLUSTER_NOT_FOUND/);
});

test('flex operations answer that a known cluster is not a flex cluster', async () => {
  await using context = await scope();
  const { call, register } = context;
  await register(DUMP);
  const id = 'e'.repeat(24);
  for (const probe of [
    'getGroupFlexCluster',
    'listGroupFlexClusterBackupSnapshots',
    'getGroupFlexClusterBackupSnapshot',
    'listGroupFlexClusterBackupRestoreJobs',
    'getGroupFlexClusterBackupRestoreJob',
  ]) {
    const params = { snapshotId: id, restoreJobId: id };
    const known = await refusal(call(probe, { params: { ...params, name: NAME } }));
    assert.equal(known, `400 CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API ["${NAME}"]`);
    assert.match(await refusal(call(probe, { params: { ...params, name: 'x' } })), /^404 CLUSTER_NOT_FOUND/);
  }
  assert.match(wire(await call('listGroupFlexClusters')), /"results":\[\],"totalCount":0}$/);
});

const change = (context: Awaited<ReturnType<typeof scope>>, clusterName: string, body: Json) =>
  context.call('updateClusterSource', { api: 'longshore', params: { clusterName }, body });

test('a cluster gets another source: opened once, stored sealed, and everything else stays', async () => {
  await using context = await scope();
  const { call, register, opened, closed, clusters, metastore } = context;
  const reading = { whenHistoryEnds: 'fallBack', bytesPerSecond: 1_000_000 } as const;
  await register({ ...LIVE, allowEmpty: true, strict: true, mongodb: { uri: SECRET_URI, ...reading } });
  const params = { clusterName: 'live' };
  await call('updateGroupCluster', { params, body: { labels: [{ key: 'a', value: 'b' }] } });
  const before = await clusters.requireCluster(GROUP_ID, 'live');
  const told: string[] = [];
  clusters.onSourceChange((_transaction, { name, sourceKind }) => {
    told.push(`${name} ${sourceKind}`);
    return Promise.resolve();
  });

  const uri = SECRET_URI.replace('s3cr3t-Pa55', 'n3w-Pa55');
  const reply = await change(context, 'live', { mongodb: { uri } });
  assert.equal(reply.status, 200);
  assert.match(wire(reply), /"name":"live","source":"mongodb",.*"collections":\["shop\.orders"\]/);
  assert.deepEqual(opened.at(-1), { kind: 'mongodb', uri, ...reading });
  await change(context, 'live', { mongodb: { bytesPerSecond: 2_000_000 } });
  const live = { kind: 'mongodb', uri, ...reading, bytesPerSecond: 2_000_000 } as const;
  assert.deepEqual(opened.at(-1), live);
  assert.equal(closed(), 3);
  await clusters.openClusterSource(before.id);
  assert.deepEqual(opened.at(-1), live);
  assert.deepEqual(await clusters.requireCluster(GROUP_ID, 'live'), { ...before, source: live });
  const stored = JSON.stringify(await metastore.database.selectFrom('clusters').selectAll().execute());
  for (const text of [wire(reply), stored]) assert.doesNotMatch(text, /s3cr3t|n3w-Pa55|admin/);

  await change(context, 'live', { mongodump: { directory: '/dumps/two' } });
  assert.equal((await clusters.requireCluster(GROUP_ID, 'live')).sourceKind, 'mongodump');
  assert.match(wire(await call('getGroupCluster', { params })), /"connectionStrings":{}.*"labels":\[{"key":"a"/);
  assert.deepEqual(told, ['live mongodb', 'live mongodb', 'live mongodump']);
  await assert.rejects(clusters.openClusterTarget(before.id), { code: 'RESTORE_TARGET_IS_DUMP' });
});

test('what the snapshots of a cluster permit is changed alone or with its source, also for archives that are sent', async () => {
  await using context = await scope();
  const { register, clusters, opened } = context;
  await register(LIVE);
  await register({ name: 'sent', mongodump: { archive: '-' } });
  const choicesOf = async (name: string) => {
    const { allowEmpty, strict, sourceKind } = await clusters.requireCluster(GROUP_ID, name);
    return [allowEmpty, strict, sourceKind];
  };
  assert.deepEqual(await choicesOf('live'), [false, false, 'mongodb']);
  const reply = await change(context, 'live', { strict: true });
  assert.match(wire(reply), /^\{"allowEmpty":false,.*"strict":true/);
  assert.deepEqual(await choicesOf('live'), [false, true, 'mongodb']);
  assert.deepEqual(opened.at(-1), { kind: 'mongodb', uri: SECRET_URI });
  await change(context, 'live', { allowEmpty: true, strict: false, mongodump: { directory: '/dumps/two' } });
  assert.deepEqual(await choicesOf('live'), [true, false, 'mongodump']);
  await change(context, 'live', { allowEmpty: false });
  assert.deepEqual(await choicesOf('live'), [false, false, 'mongodump']);
  await change(context, 'sent', { allowEmpty: true });
  assert.deepEqual(await choicesOf('sent'), [true, false, 'upload']);
});

test('of two changes at once, none undoes the other one', async () => {
  await using context = await scope();
  const { register, clusters } = context;
  await register(LIVE);
  const before = await clusters.requireCluster(GROUP_ID, 'live');
  const uri = SECRET_URI.replace('s3cr3t-Pa55', 'n3w-Pa55');
  const slower = { mongodb: { bytesPerSecond: 2_000_000 } };
  const [rotation, throttling] = await Promise.allSettled([
    change(context, 'live', { mongodb: { uri } }),
    refusal(change(context, 'live', slower)),
  ]);
  assert.equal(rotation.status, 'fulfilled');
  assert.match(JSON.stringify(throttling), /400 INVALID_CLUSTER_CONFIGURATION .*another request changed/);
  await change(context, 'live', slower);
  const source = { kind: 'mongodb', uri, bytesPerSecond: 2_000_000 };
  assert.deepEqual(await clusters.requireCluster(GROUP_ID, 'live'), { ...before, source });
});

test('a source that cannot be opened leaves the one that was there, and the reason has no password', async () => {
  const failure = { error: undefined as Error | undefined };
  await using context = await scope(failure);
  const { register, opened, clusters } = context;
  await register(LIVE);
  const uri = SECRET_URI.replace('s3cr3t-Pa55', 'n3w-Pa55');
  failure.error = new AppError({ code: 'SOURCE_UNREACHABLE', message: `refused: ${uri}, n3w-Pa55.` });
  assert.equal(
    await refusal(change(context, 'live', { mongodb: { uri } })),
    '400 INVALID_CLUSTER_CONFIGURATION ["refused: [redacted], [redacted]"]',
  );
  failure.error = undefined;
  const { id } = await clusters.requireCluster(GROUP_ID, 'live');
  await clusters.openClusterSource(id);
  assert.deepEqual(opened.at(-1), { kind: 'mongodb', uri: SECRET_URI });
});

test('refuses a change to no source, two sources, no deployment, and from or to archives that are sent', async () => {
  await using context = await scope();
  const { register, opened } = context;
  await register(LIVE);
  await register(DUMP);
  await register({ name: 'sent', mongodump: { archive: '-' } });
  const before = opened.length;
  for (const [name, body, expected] of [
    ['live', {}, /^400 INVALID_CLUSTER_CONFIGURATION/],
    ['live', { ...LIVE.mongodb, ...DUMP.mongodump }, /^400 INVALID_ATTRIBUTE/],
    ['live', { mongodb: LIVE.mongodb, mongodump: DUMP.mongodump }, /^400 INVALID_CLUSTER_CONFIGURATION/],
    ['live', { mongodb: { uri: 'http://x' } }, /^400 INVALID_CLUSTER_CONFIGURATION/],
    ['live', { mongodump: { archive: '-' } }, /^400 INVALID_CLUSTER_CONFIGURATION/],
    [NAME, { mongodb: { bytesPerSecond: 1_000_000 } }, /^400 MISSING_ATTRIBUTE \["mongodb\.uri"\]/],
    ['sent', { mongodb: LIVE.mongodb }, /^400 INVALID_CLUSTER_CONFIGURATION/],
    ['other', { mongodb: LIVE.mongodb }, /^404 CLUSTER_NOT_FOUND/],
  ] as const) {
    assert.match(await refusal(change(context, name, body)), expected);
  }
  assert.equal(opened.length, before);
});
