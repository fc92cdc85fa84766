import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { call as callOperation, wire, type Call } from '../../../test/support/api-request.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { CALLER, GROUP_ID, seededMetastore, START_MS } from '../../../test/support/seeded-metastore.ts';
import type { ApiReply } from '../../http/index.ts';
import { isJsonObject, type Json } from '../../kernel/json.ts';
import { createSealer } from '../../kernel/sealing.ts';
import { createClusters, type ClusterSource } from './index.ts';

const TEMPLATE: ClusterSource = { kind: 'mongodump', directory: '/templates/one' };
const params = { clusterName: 'cluster-1' };

async function scope({ template }: { readonly template?: ClusterSource } = { template: TEMPLATE }) {
  const metastore = await seededMetastore();
  const clock = { ms: START_MS, now: () => clock.ms };
  const clusters = createClusters({
    database: metastore.database,
    clock,
    sealer: createSealer(randomBytes(32)),
    template,
    describeSource: ({ mongodbVersion, consistency }) => ({
      mongodbVersion,
      consistency,
      collections: [],
      leftOut: [],
      warnings: [],
    }),
    openTarget: () => assert.fail('nothing is restored here'),
    openSource: () =>
      Promise.resolve({
        mongodbVersion: '8.0.29',
        consistency: { level: 'none', reason: 'a test' },
        collections: [],
        leftOut: [],
        close: () => Promise.resolve(),
      }),
  });
  const call = async (id: string, request: Omit<Call, 'caller'> = {}) =>
    await callOperation(clusters.operations, id, {
      caller: CALLER,
      ...request,
      params: { groupId: GROUP_ID, ...request.params },
    });
  const create = async (body: Json, version: Call['version'] = '2024-10-23') =>
    await call('createGroupCluster', { body, version });
  return { clusters, clock, call, create, [Symbol.asyncDispose]: () => metastore.close() };
}

/** The value at a JSON Pointer of a reply's document. */
function at(reply: ApiReply, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => Object.entries(value ?? {}).find(([name]) => name === key)?.[1], reply.body);
}

const region = (regionName: string, nodeCount: number, priority: number) => ({
  electableSpecs: { diskSizeGB: 60, instanceSize: 'M30', nodeCount },
  priority,
  providerName: 'AWS',
  regionName,
});
const NEW = {
  name: 'cluster-1',
  clusterType: 'REPLICASET',
  backupEnabled: true,
  replicationSpecs: [{ regionConfigs: [region('EU_WEST_1', 3, 7)], zoneName: 'Zone 1' }],
};

test('a new cluster is CREATING, then IDLE, and shows what was sent', async () => {
  await using context = await scope();
  const { call, create, clock, clusters } = context;
  const sent = {
    ...NEW,
    adaptiveCapacity: 'ENABLED',
    advancedConfiguration: { minimumEnabledTlsProtocol: 'TLS1_3' },
    biConnector: { enabled: true, readPreference: 'ANALYTICS' },
    diskWarmingMode: 'VISIBLE_EARLIER',
    labels: [{ key: 'team', value: 'data' }],
    mongoDBMajorVersion: '7.0',
    pitEnabled: true,
    redactClientLogData: true,
    replicaSetScalingStrategy: 'SEQUENTIAL',
    tags: [{ key: 'env', value: 'test' }],
    terminationProtectionEnabled: true,
    useAwsTimeBasedSnapshotCopyForFastInitialSync: true,
    versionReleaseSystem: 'CONTINUOUS',
  };
  const made = await create(sent);
  assert.equal(made.status, 201);
  assert.equal(at(made, '/stateName'), 'CREATING');
  assert.equal((await clusters.requireCluster(GROUP_ID, 'cluster-1')).sourceKind, 'mongodump');
  clock.ms += 999;
  const read = await call('getGroupCluster', { params });
  assert.equal(at(read, '/stateName'), 'IDLE');
  assert.deepEqual(at(read, '/connectionStrings'), {
    standard: `mongodb://cluster-1.${GROUP_ID}.invalid:27017/`,
    standardSrv: `mongodb+srv://cluster-1.${GROUP_ID}.invalid`,
  });
  for (const [name, value] of Object.entries({
    ...sent,
    replicationSpecs: undefined,
    advancedConfiguration: undefined,
  })) {
    if (value === undefined) continue;
    const expected = name === 'biConnector' ? { enabled: true, readPreference: 'analytics' } : value;
    assert.deepEqual(at(read, `/${name}`), expected, name);
  }
  assert.equal(at(read, '/advancedConfiguration/minimumEnabledTlsProtocol'), 'TLS1_3');
  assert.equal(at(read, '/replicationSpecs/0/regionConfigs/0/electableSpecs/diskSizeGB'), 60);
  assert.equal(at(read, '/replicationSpecs/0/regionConfigs/0/electableSpecs/instanceSize'), 'M30');
  assert.equal(at(read, '/replicationSpecs/0/regionConfigs/0/readOnlySpecs/nodeCount'), 0);
  assert.equal(at(read, '/mongoDBVersion'), '8.0.29');
  assert.equal(wire(await call('getGroupCluster', { params })), wire(read));
});

test('no disk is smaller than those of Atlas, at first and later', async () => {
  await using context = await scope();
  const { call, create } = context;
  const small = { ...region('US_EAST_1', 3, 7), electableSpecs: { diskSizeGB: 2, instanceSize: 'M10', nodeCount: 3 } };
  const made = await create({ ...NEW, replicationSpecs: [{ regionConfigs: [small] }] });
  assert.equal(at(made, '/replicationSpecs/0/regionConfigs/0/electableSpecs/diskSizeGB'), 10);
  const resized = await call('updateGroupCluster', { params, version: '2023-02-01', body: { diskSizeGB: 2 } });
  assert.equal(at(resized, '/diskSizeGB'), 10);
});

test('all versions describe one cluster, and its ids stay', async () => {
  await using context = await scope();
  const { call, create } = context;
  const shards = [0, 1].map(() => ({ regionConfigs: [region('US_EAST_1', 3, 7)], zoneName: 'west' }));
  await create({ ...NEW, clusterType: 'SHARDED', replicationSpecs: shards });
  const newest = await call('getGroupCluster', { params });
  const middle = await call('getGroupCluster', { params, version: '2023-02-01' });
  const old = await call('getGroupCluster', { params, api: 'v1.0' });
  assert.deepEqual((await call('getGroupCluster', { params, version: 'v1.5' })).body, middle.body);
  assert.equal(at(middle, '/replicationSpecs/0/numShards'), 2);
  assert.equal(at(middle, '/diskSizeGB'), 60);
  assert.equal(at(old, '/providerSettings/instanceSizeName'), 'M30');
  assert.equal(at(old, '/providerBackupEnabled'), true);
  assert.deepEqual(at(old, '/replicationSpecs/0/regionsConfig'), {
    US_EAST_1: { analyticsNodes: 0, electableNodes: 3, priority: 7, readOnlyNodes: 0 },
  });
  assert.notEqual(at(newest, '/replicationSpecs/0/id'), at(newest, '/replicationSpecs/1/id'));
  assert.equal(at(newest, '/replicationSpecs/0/zoneId'), at(middle, '/replicationSpecs/0/zoneId'));
  assert.equal(at(old, '/replicationSpecs/0/id'), at(middle, '/replicationSpecs/0/id'));
  // What a version shows can be sent back to it, and changes nothing.
  for (const [reply, version] of [
    [newest, '2024-10-23'],
    [middle, '2023-02-01'],
    [old, 'v1.0'],
  ] as const) {
    const same = await call('updateGroupCluster', { params, version, body: reply.body ?? null });
    assert.deepEqual(at(same, '/replicationSpecs'), at(reply, '/replicationSpecs'), version);
    assert.equal(at(same, '/stateName'), 'CREATING', version);
  }
  // A third shard leaves the ids of the others.
  const grown = await call('updateGroupCluster', {
    params,
    body: { replicationSpecs: [...shards, ...shards.slice(1)] },
  });
  for (const index of [0, 1]) {
    assert.equal(at(grown, `/replicationSpecs/${index}/id`), at(newest, `/replicationSpecs/${index}/id`));
  }
  assert.match(String(at(grown, '/replicationSpecs/2/id')), /^[0-9a-f]{24}$/);
});

test('a cluster of the old API shows what was sent', async () => {
  await using context = await scope();
  const { call, create } = context;
  const providerSettings = {
    providerName: 'AWS',
    instanceSizeName: 'M40',
    regionName: 'EU_CENTRAL_1',
    volumeType: 'PROVISIONED',
    diskIOPS: 4000,
  };
  const sent = {
    name: 'cluster-1',
    diskSizeGB: 100,
    numShards: 1,
    providerBackupEnabled: true,
    replicationFactor: 5,
    providerSettings,
  };
  const made = await create(sent, 'v1.0');
  for (const name of ['diskSizeGB', 'numShards', 'providerBackupEnabled', 'replicationFactor', 'name'] as const) {
    assert.equal(at(made, `/${name}`), sent[name]);
  }
  for (const [name, value] of Object.entries(providerSettings))
    assert.equal(at(made, `/providerSettings/${name}`), value);
  const body = { providerSettings: { providerName: 'AWS', instanceSizeName: 'M50' } };
  const larger = await call('updateGroupCluster', { params, version: 'v1.0', body });
  assert.equal(at(larger, '/providerSettings/instanceSizeName'), 'M50');
  assert.equal(at(larger, '/providerSettings/regionName'), 'EU_CENTRAL_1');
  assert.equal(at(larger, '/replicationFactor'), 5);
  const resized = await call('updateGroupCluster', { params, version: '2023-02-01', body: { diskSizeGB: 200 } });
  assert.equal(at(resized, '/diskSizeGB'), 200);
});

test('a change is UPDATING, then IDLE, and keeps what it does not name', async () => {
  await using context = await scope();
  const { call, create, clock } = context;
  await create({ ...NEW, tags: [{ key: 'env', value: 'test' }] });
  clock.ms += 5000;
  const changed = await call('updateGroupCluster', { params, body: { paused: true } });
  assert.equal(changed.status, 200);
  assert.equal(at(changed, '/stateName'), 'UPDATING');
  assert.equal(
    wire(await call('getGroupClusterStatus', { params, version: '2023-01-01' })).slice(0, 25),
    '{"changeStatus":"PENDING"',
  );
  clock.ms += 999;
  const read = await call('getGroupCluster', { params });
  assert.deepEqual(
    [at(read, '/stateName'), at(read, '/paused'), at(read, '/tags')],
    ['IDLE', true, [{ key: 'env', value: 'test' }]],
  );
  // A clock that is set back shows no state that ended.
  clock.ms = START_MS - 86_400_000;
  assert.equal(at(await call('getGroupCluster', { params }), '/stateName'), 'IDLE');
});

test('termination protection prevents a removal, and a removed cluster is shown once as it was', async () => {
  await using context = await scope();
  const { call, create } = context;
  await create({ ...NEW, terminationProtectionEnabled: true });
  assert.equal(
    await refusal(call('deleteGroupCluster', { params })),
    '400 CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED ' +
      `["Cannot terminate cluster cluster-1 in group ${GROUP_ID} because termination protection is enabled. ` +
      'Disable termination protection and try again."]',
  );
  await call('updateGroupCluster', { params, body: { terminationProtectionEnabled: false } });
  assert.equal((await call('deleteGroupCluster', { params })).status, 202);
  const gone = await call('getGroupCluster', { params });
  assert.deepEqual(
    [at(gone, '/stateName'), at(gone, '/replicationSpecs/0/regionConfigs/0/regionName')],
    ['DELETING', 'EU_WEST_1'],
  );
  assert.match(await refusal(call('getGroupCluster', { params })), /^404 CLUSTER_NOT_FOUND/);
});

test('the arguments of a process are kept, and those of TLS are those of the cluster', async () => {
  await using context = await scope();
  const { call, create } = context;
  await create(NEW);
  const body = {
    javascriptEnabled: false,
    oplogSizeMB: 2048,
    tlsCipherConfigMode: 'CUSTOM',
    defaultReadConcern: 'local',
  };
  const changed = await call('updateGroupClusterProcessArgs', { params, version: '2023-01-01', body });
  assert.deepEqual(changed.body, (await call('getGroupClusterProcessArgs', { params, version: '2023-01-01' })).body);
  const newest = await call('getGroupClusterProcessArgs', { params });
  assert.equal(at(newest, '/oplogSizeMB'), 2048);
  assert.equal(at(newest, '/javascriptEnabled'), false);
  assert.equal(at(newest, '/defaultReadConcern'), undefined);
  assert.equal(at(await call('getGroupCluster', { params }), '/advancedConfiguration/tlsCipherConfigMode'), 'CUSTOM');
});

test('the version that changed a cluster decides how it scales', async () => {
  await using context = await scope();
  const { call, create } = context;
  await create(NEW, '2024-08-05');
  assert.equal(
    wire(await call('autoGroupClusterScalingConfiguration', { params })),
    '{"autoScalingMode":"CLUSTER_WIDE_SCALING"}',
  );
  await call('updateGroupCluster', { params, body: { redactClientLogData: true } });
  assert.match(wire(await call('autoGroupClusterScalingConfiguration', { params })), /CLUSTER_WIDE_SCALING/);
  await call('updateGroupCluster', { params, body: { replicationSpecs: NEW.replicationSpecs } });
  assert.match(wire(await call('autoGroupClusterScalingConfiguration', { params })), /INDEPENDENT_SHARD_SCALING/);
});

const FREE_REGION = {
  backingProviderName: 'GCP',
  electableSpecs: { instanceSize: 'M0' },
  priority: 7,
  providerName: 'TENANT',
  regionName: 'WESTERN_EUROPE',
};
const FREE = { name: 'cluster-1', clusterType: 'REPLICASET', replicationSpecs: [{ regionConfigs: [FREE_REGION] }] };

test('a shared cluster has a place and a size, no snapshots, and is dedicated in no version', async () => {
  await using context = await scope();
  const { call, create, clusters } = context;
  const made = await create(FREE);
  const [effectiveInstanceSize, instanceSize] = ['M0', 'M0'];
  const electableSpecs = { effectiveInstanceSize, instanceSize, diskSizeGB: 0.5 };
  assert.deepEqual(at(made, '/replicationSpecs/0/regionConfigs'), [{ ...FREE_REGION, electableSpecs }]);
  assert.deepEqual([at(made, '/backupEnabled'), at(made, '/advancedConfiguration')], [false, undefined]);
  assert.equal((await clusters.requireCluster(GROUP_ID, 'cluster-1')).hasBackups, false);
  const middle = await call('getGroupCluster', { params, version: '2023-02-01' });
  assert.equal(at(middle, '/diskSizeGB'), 0.5);
  const old = await call('getGroupCluster', { params, version: 'v1.0' });
  const { backingProviderName, providerName, regionName } = FREE_REGION;
  const names = { effectiveInstanceSizeName: 'M0', instanceSizeName: 'M0', regionName };
  assert.deepEqual(at(old, '/providerSettings'), { providerName, backingProviderName, ...names });
  // Clients send back what they read, with a change.
  for (const [reply, version, more] of [
    [made, '2024-10-23', {}],
    [middle, '2023-02-01', {}],
    // The old API permits no smaller disk.
    [old, 'v1.0', { diskSizeGB: 10 }],
  ] as const) {
    const tags = [{ key: 'version', value: version }];
    const body = { ...(isJsonObject(reply.body) && reply.body), ...more, tags };
    const changed = await call('updateGroupCluster', { params, version, body });
    assert.deepEqual(at(changed, '/tags'), tags);
    assert.deepEqual(at(changed, '/replicationSpecs'), at(reply, '/replicationSpecs'), version);
  }
});

test('a cluster of the old API can be a shared one', async () => {
  await using context = await scope();
  const { backingProviderName, providerName, regionName } = FREE_REGION;
  const providerSettings = { providerName, backingProviderName, regionName, instanceSizeName: 'M2' };
  const made = await context.create({ name: 'cluster-1', providerSettings }, 'v1.0');
  assert.deepEqual([at(made, '/diskSizeGB'), at(made, '/providerSettings/providerName')], [2, 'TENANT']);
});

test('a shared cluster is not made a dedicated one', async () => {
  await using context = await scope();
  const { call, create } = context;
  await create(FREE);
  for (const body of [{ replicationSpecs: NEW.replicationSpecs }, { backupEnabled: true }]) {
    const change = call('updateGroupCluster', { params, body });
    assert.match(await refusal(change), /^400 INVALID_CLUSTER_CONFIGURATION .*shared/);
  }
});

test('refuses what Atlas refuses, and stores nothing', async () => {
  await using context = await scope();
  const { call, create } = context;
  const spec = (...regionConfigs: Json[]) => ({ ...NEW, replicationSpecs: [{ regionConfigs }] });
  const cases: readonly (readonly [Json, RegExp])[] = [
    [{ ...NEW, name: '-x' }, /^400 CLUSTER_NAME_INVALID/],
    [{ clusterType: 'REPLICASET', replicationSpecs: NEW.replicationSpecs }, /^400 MISSING_ATTRIBUTE \["name"\]/],
    [{ name: 'a', replicationSpecs: NEW.replicationSpecs }, /^400 MISSING_ATTRIBUTE \["clusterType"\]/],
    [{ name: 'a', clusterType: 'REPLICASET' }, /^400 MISSING_ATTRIBUTE \["replicationSpecs"\]/],
    [{ ...NEW, replicationSpecs: [] }, /^400 INVALID_CLUSTER_CONFIGURATION/],
    [
      { ...NEW, replicationSpecs: [...NEW.replicationSpecs, ...NEW.replicationSpecs] },
      /^400 INVALID_CLUSTER_CONFIGURATION .*one shard/,
    ],
    [{ ...NEW, clusterType: 'CLUSTER' }, /^400 INVALID_ENUM_VALUE \["CLUSTER"\]/],
    [{ ...NEW, colour: 'red' }, /^400 INVALID_ATTRIBUTE \["colour"\]/],
    [spec(region('EU_WEST_1', 4, 7)), /^400 INVALID_CLUSTER_CONFIGURATION .*3, 5 or 7/],
    [spec(region('EU_WEST_1', 3, 6)), /^400 INVALID_CLUSTER_CONFIGURATION .*priorities/],
    [spec(region('EU_WEST_1', 2, 7), region('EU_WEST_2', 1, 7)), /^400 INVALID_CLUSTER_CONFIGURATION .*priorities/],
    [spec(region('EU_WEST_1', 2, 7), region('EU_WEST_1', 1, 6)), /^400 INVALID_CLUSTER_CONFIGURATION .*twice/],
    [spec(region('US_CENTRAL', 3, 7)), /^400 INVALID_CLUSTER_CONFIGURATION .*AWS has no region US_CENTRAL/],
    [
      spec({ ...region('US_EAST_1', 3, 7), electableSpecs: { instanceSize: 'M0', nodeCount: 3 } }),
      /CONFIGURATION .*TENANT/,
    ],
    [spec({ ...FREE_REGION, electableSpecs: { instanceSize: 'M10' } }), /^400 INVALID_CLUSTER_CONFIGURATION .*M10/],
    [
      spec({ ...region('US_EAST_1', 3, 7), providerName: 'TENANT' }),
      /^400 MISSING_ATTRIBUTE \["backingProviderName"\]/,
    ],
    [spec(FREE_REGION), /^400 INVALID_CLUSTER_CONFIGURATION .*no snapshots/],
    [{ ...FREE, clusterType: 'SHARDED' }, /^400 INVALID_CLUSTER_CONFIGURATION .*REPLICASET/],
    [spec({ providerName: 'AWS', regionName: 'US_EAST_1' }), /^400 MISSING_ATTRIBUTE \["instanceSize"\]/],
    [{ ...NEW, tags: [{ key: 'x' }] }, /^400 MISSING_ATTRIBUTE/],
  ];
  for (const [body, expected] of cases) assert.match(await refusal(create(body)), expected, JSON.stringify(body));
  assert.match(wire(await call('listGroupClusters')), /"totalCount":0}$/);
  await create(NEW);
  assert.match(await refusal(create(NEW)), /^400 DUPLICATE_CLUSTER_NAME/);
  const rename = { name: 'other', paused: true };
  assert.match(
    await refusal(call('updateGroupCluster', { params, body: rename })),
    /^400 INVALID_ATTRIBUTE \["name"\]/,
  );
});

test('without a provisioner, creating says how to register instead, and changing a registered deployment is describing it', async () => {
  await using context = await scope({});
  const { clusters, call, create } = context;
  assert.match(await refusal(create(NEW)), /^400 INVALID_CLUSTER_CONFIGURATION .*api\/longshore\/v1/);
  assert.match(await refusal(call('updateGroupCluster', { params, body: { paused: true } })), /^404 CLUSTER_NOT_FOUND/);
  await callOperation(clusters.operations, 'registerCluster', {
    caller: CALLER,
    api: 'longshore',
    params: { groupId: GROUP_ID },
    body: { name: 'cluster-1', mongodump: { directory: '/dumps/one' } },
  });
  const before = await call('getGroupCluster', { params });
  for (const body of [{ paused: true }, { mongoDBMajorVersion: '7.0' }, { replicationSpecs: NEW.replicationSpecs }]) {
    assert.match(await refusal(call('updateGroupCluster', { params, body })), /^400 INVALID_CLUSTER_CONFIGURATION/);
  }
  const args = { javascriptEnabled: false };
  assert.match(
    await refusal(call('updateGroupClusterProcessArgs', { params, body: args })),
    /^400 INVALID_CLUSTER_CONF/,
  );
  const tags = [{ key: 'env', value: 'test' }];
  const described = await call('updateGroupCluster', {
    params,
    body: { ...(isJsonObject(before.body) && before.body), tags },
  });
  assert.deepEqual(at(described, '/tags'), tags);
  assert.deepEqual(at(described, '/replicationSpecs'), at(before, '/replicationSpecs'));
  assert.match(wire(await call('listGroupClusterProviderRegions')), /"results":\[\]/);
});

test('names the regions of a provider and a size', async () => {
  await using context = await scope();
  const reply = await context.call('listGroupClusterProviderRegions', { query: 'providers=AWS&tier=M10' });
  assert.match(
    wire(reply),
    /"results":\[{"instanceSizes":\[{"availableRegions":\[{"default":true,"name":"US_EAST_1"},.*\],"name":"M10"}\],"provider":"AWS"}\],"totalCount":1}$/,
  );
});

test('a cluster of the template keeps its source', async () => {
  await using context = await scope();
  await context.create({ ...NEW, name: params.clusterName });
  const body = { mongodump: { directory: '/dumps/two' } };
  const changed = context.call('updateClusterSource', { api: 'longshore', params, body });
  assert.match(await refusal(changed), /^400 INVALID_CLUSTER_CONFIGURATION/);
});
