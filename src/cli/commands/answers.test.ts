import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { typed, type TypedResult } from '../../../test/support/typed-command.ts';

// What commands make of answers that a server gives seldom, or only after days.

const GROUP = 'a'.repeat(24);
const CLUSTER = {
  ...{ id: 'c'.repeat(24), name: 'Cluster0', mongoDBVersion: '8.0.4', createDate: '2026-08-01T00:00:00Z' },
  groupId: GROUP,
};
const EMPTY = { results: [], totalCount: 0 };
const only = (result: object) => ({ results: [result], totalCount: 1 });
const REFUSED = { errorCode: 'USER_UNAUTHORIZED', detail: 'Current user is not authorized to perform this action.' };

/** Runs a command against a server that gives these answers, by the ends of paths behind the project. A refusal has an errorCode. */
async function typedTo(answers: Readonly<Record<string, object>>, ...argv: readonly string[]): Promise<TypedResult> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '').replace(/^.*\/groups\/a{24}/, '');
    const answer = answers[path] ?? { errorCode: 'NOT_FOUND', detail: `there is no ${path}` };
    const status = 'error' in answer ? Number(answer.error) : 'errorCode' in answer ? 403 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  try {
    const client = ['--url', `http://127.0.0.1:${address.port}`, '--group-id', GROUP, '--public-key', 'abcdefgh'];
    const environment = { LONGSHORE_PRIVATE_KEY: 'private' };
    return await typed([...argv, ...client], { environment });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const NOW = '2026-08-11T00:00:00Z';
const STATUS = {
  '': { id: GROUP, name: 'Project 0' },
  '/backup/exportBuckets': EMPTY,
  '/clusters': only(CLUSTER),
  '/clusters/Cluster0': CLUSTER,
  '/clusters/Cluster0/backup/snapshots': EMPTY,
  '/clusters/Cluster0/backup/exports': EMPTY,
  '/clusters/Cluster0/backup/restoreJobs': EMPTY,
  '/api/longshore/v1/serverTime': { differenceSeconds: 0, now: NOW, retentionTime: NOW },
  '/backup/overdueExports': only({ clusterId: CLUSTER.id, clusterName: 'Cluster0', dueAt: '2026-08-10T00:00:00Z' }),
};

test('status and cluster show name an export that is overdue', async () => {
  const overdue =
    /^export (of Cluster0 )?is overdue: the schedule promised it for 2026-08-10T00:00:00Z, \d+ d \d+ h ago$/m;
  for (const argv of [['status'], ['cluster', 'show', 'Cluster0']]) {
    const { code, out, err } = await typedTo({ ...STATUS, '/webhooks': EMPTY }, ...argv);
    assert.equal(code, 0, err);
    assert.match(out, overdue);
    const json = await typedTo({ ...STATUS, '/webhooks': EMPTY }, ...argv, '--json');
    assert.match(json.out, /"overdueSince":"2026-08-10T00:00:00Z"/);
  }
});

test('status tells of a clock that jumped, and for how long it is not believed', async () => {
  const serverTime = {
    believedInSeconds: 500_000,
    differenceSeconds: 366 * 86_400,
    now: '2027-08-12T00:00:00Z',
    retentionTime: NOW,
  };
  const answers = { ...STATUS, '/webhooks': EMPTY, '/api/longshore/v1/serverTime': serverTime };
  const { out } = await typedTo(answers, 'status');
  assert.match(
    out,
    /^the server's clock says 2027-08-12T00:00:00Z, 366 d 0 h more than the time .* for another 5 d 18 h\.$/m,
  );
  const json = await typedTo(answers, 'status', '--json');
  assert.match(json.out, /"serverTime":\{"believedInSeconds":500000,"differenceSeconds":31622400,/);
  assert.doesNotMatch((await typedTo({ ...STATUS, '/webhooks': EMPTY }, 'status')).out, /clock/);
});

test('status tells an owner of webhooks whose receivers are down, and others nothing of them', async () => {
  const webhook = {
    ...{ id: 'd'.repeat(24), name: 'ops', url: 'https://ops.example.com/', eventTypes: [], createdAt: '' },
    ...{ pendingDeliveries: 2, pendingSince: '2026-08-10T00:00:00Z', failedDeliveries: 0 },
  };
  const owner = await typedTo({ ...STATUS, '/webhooks': only(webhook) }, 'status');
  assert.match(owner.out, /^webhook ops has not accepted 2 events yet, the oldest of 2026-08-10T00:00:00Z$/m);
  const reader = await typedTo({ ...STATUS, '/webhooks': REFUSED }, 'status', '--json');
  assert.equal(reader.code, 0, reader.err);
  assert.doesNotMatch(reader.out, /webhooks/);
});

const UNKNOWN_PATH = { error: 404, errorCode: 'RESOURCE_NOT_FOUND', detail: 'Cannot find resource.' };
const UNKNOWN_METHOD = { error: 405, errorCode: 'METHOD_NOT_ALLOWED', detail: 'The method GET is not supported.' };

test('what an older server does not serve is left out and named, and a command that needs it says what to do', async () => {
  const older = {
    ...STATUS,
    '/clusters/Cluster0/backup/restoreJobs': UNKNOWN_METHOD,
    '/backup/overdueExports': UNKNOWN_PATH,
    '/webhooks': UNKNOWN_PATH,
    '/api/longshore/v1/serverTime': UNKNOWN_PATH,
  };
  const status = await typedTo(older, 'status');
  assert.equal(status.code, 0, status.err);
  assert.match(status.out, /^Cluster0 +0 +none/m);
  assert.equal(
    status.err,
    'longshore: the server is older than this longshore, and tells nothing of overdue exports, restore jobs, webhooks, jumps of its clock. ' +
      'Upgrade the server to see them.\n',
  );
  const json = await typedTo(older, 'status', '--json');
  assert.match(json.out, /"unserved":\["overdue exports","restore jobs","webhooks","jumps of its clock"\]/);
  assert.doesNotMatch((await typedTo({ ...STATUS, '/webhooks': EMPTY }, 'status', '--json')).out, /unserved/);

  const shown = await typedTo(older, 'cluster', 'show', 'Cluster0');
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.err, /tells nothing of overdue exports, restore jobs\./);

  for (const [answers, argv] of [
    [{ ...older, '/clusters/Cluster0/backup/snapshots': UNKNOWN_METHOD }, ['snapshot', 'list', 'Cluster0']],
    [older, ['webhook', 'list']],
    [older, ['restore-job', 'list', 'Cluster0']],
  ] as const) {
    const { code, err } = await typedTo(answers, ...argv);
    assert.equal(code, 4);
    assert.match(
      err,
      /^longshore: the server at http:\S+ does not know GET \/api\/longshore\/v1\/\S+\nIt is older than this longshore \(\S+\): upgrade/,
    );
  }
});

test('a role is created and authorized also where the server tells nothing more of it', async () => {
  const role = { id: '9'.repeat(24), roleId: '9'.repeat(24), providerName: 'AWS', iamAssumedRoleArn: null };
  const aws = {
    ...role,
    authorizedDate: null,
    createdDate: NOW,
    featureUsages: [],
    atlasAWSAccountArn: 'arn:aws:iam::1:root',
    atlasAssumedRoleExternalId: 'e',
  };
  const answers = {
    '/cloudProviderAccess': { ...aws, awsIamRoles: [aws], azureServicePrincipals: [], gcpServiceAccounts: [] },
    [`/cloudProviderAccess/${role.roleId}`]: UNKNOWN_METHOD,
  };
  const created = await typedTo(answers, 'role', 'create', '--bucket', 'nightly');
  assert.equal(created.code, 0, created.err);
  assert.match(created.out, /^Role 9{24} is created\./);
  assert.match(created.err, /tells nothing of stores of roles\./);
});

test('a deleted cluster whose snapshots a compliance policy retains is not said to be deleted with them', async () => {
  const snapshot = { id: 'b'.repeat(24), status: 'completed', storageSizeBytes: 1 };
  const answers = { ...STATUS, '/clusters/Cluster0/backup/snapshots': only(snapshot) };
  const { code, out, err } = await typedTo(answers, 'cluster', 'delete', 'Cluster0', '--yes');
  assert.equal(code, 0, err);
  assert.equal(out, 'Cluster Cluster0 is deleted. Its completed snapshots stay until they expire.\n');
});

const DRILL = {
  ...{ id: 'e1'.repeat(12), clusterName: 'Cluster0', state: 'ended', mode: 'decode', outcome: 'passed' },
  ...{ createdAt: '2026-08-10T00:00:00Z', exportId: 'f'.repeat(24), keyId: '1'.repeat(24) },
  ...{ signature: 'c2ln', signedText: '{"outcome":"passed"}' },
  report: {
    ...{ product: 'longshore 0', drillId: 'e1', groupId: GROUP, clusterName: 'Cluster0', mode: 'decode' },
    export: { id: 'f', bucketName: 'nightly', prefix: 'exported_snapshots/a', createdAt: '2026-08-10T00:00:00Z' },
    snapshot: { id: 's', compared: true },
    ...{
      startedAt: '2026-08-10T00:00:00.123Z',
      finishedAt: '2026-08-10T00:00:01.456Z',
      durationMs: 1000,
      outcome: 'passed',
    },
    ...{ problems: [], hash: '', totals: { collections: 0, documents: 0 }, collections: [] },
  },
};
const DRILLS = {
  '/clusters': only(CLUSTER),
  '/clusters/Cluster0/backup/drills': only(DRILL),
  [`/clusters/Cluster0/backup/drills/${DRILL.id}`]: DRILL,
};

test('a drill is found by latest and the beginning of its id, and its report is written with its key or not at all', async () => {
  using directory = temporaryDirectory('drill-report');
  const file = join(directory.path, 'report.json');
  const without = await typedTo({ ...DRILLS, '/drillKeys': [] }, 'drill', 'show', 'Cluster0', '--report', file);
  assert.equal(without.code, 1);
  assert.match(without.err, /was signed with the key 1{24}, which the server does not list: nothing was written/);
  for (const name of [file, `${file}.sig`, `${file}.pem`]) assert.equal(existsSync(name), false, name);
  const keys = [{ id: DRILL.keyId, publicKey: 'the key' }];
  for (const wanted of [[], ['latest'], ['e1e1'], [DRILL.id]]) {
    const shown = await typedTo(
      { ...DRILLS, '/drillKeys': keys },
      'drill',
      'show',
      'Cluster0',
      ...wanted,
      '--report',
      file,
    );
    assert.equal(shown.code, 0, shown.err);
    assert.equal(readFileSync(`${file}.pem`, 'utf8'), 'the key');
    assert.equal(shown.err, `Wrote ${file}.\nWrote ${file}.sig.\nWrote ${file}.pem.\n`);
    assert.match(shown.out, /, 2026-08-10T00:00:00Z to 2026-08-10T00:00:01Z\n/);
  }
  const none = await typedTo(DRILLS, 'drill', 'show', 'Cluster0', 'ff');
  assert.match(none.err, /there is no drill "ff" of Cluster0/);
});
