import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sign } from '../support/api-server.ts';
import { NEWEST } from '../support/project.ts';
import { getToken } from '../support/service-account.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { EXTENSION_OPERATIONS } from './extension-operations.ts';
import { OPERATIONS } from './operations.ts';
import type { ServedOperation } from './operations.ts';

// Calls each operation with each role, as an API key and as a service account: in the caller's own project and organization, in others,
// and in some that do not exist. The requested resources do not exist and bodies are empty. So an admitted caller gets another error, and
// nothing is changed. The requests use no socket, because there are thousands.

const UNKNOWN_ID = '111111111111111111111111';

/** Atlas's organization roles, with the organization roles that each includes, and its worth in every project. */
const ORGANIZATION_ROLES: Readonly<Record<string, readonly string[]>> = {
  ORG_OWNER: ['ORG_GROUP_CREATOR', 'ORG_READ_ONLY', 'ORG_MEMBER', 'GROUP_OWNER'],
  ORG_GROUP_CREATOR: ['ORG_MEMBER'],
  ORG_BILLING_ADMIN: ['ORG_MEMBER'],
  ORG_BILLING_READ_ONLY: ['ORG_MEMBER'],
  ORG_STREAM_PROCESSING_ADMIN: ['ORG_READ_ONLY', 'ORG_MEMBER', 'GROUP_READ_ONLY'],
  ORG_READ_ONLY: ['ORG_MEMBER', 'GROUP_READ_ONLY'],
  ORG_MEMBER: [],
};

/** Atlas's project roles. All include GROUP_READ_ONLY, GROUP_OWNER includes all, and GROUP_BACKUP_MANAGER those of backups. */
const GROUP_ROLES = [
  'GROUP_OWNER',
  'GROUP_REPLICA_SET_MANAGER',
  'GROUP_CLUSTER_MANAGER',
  'GROUP_CLUSTER_CREATOR',
  'GROUP_CLUSTER_LOG_VIEWER',
  'GROUP_CLUSTER_RESILIENCE_TESTER',
  'GROUP_STREAM_PROCESSING_OWNER',
  'GROUP_ACCESS_MANAGER',
  'GROUP_DATA_ACCESS_ADMIN',
  'GROUP_DATA_ACCESS_READ_WRITE',
  'GROUP_DATA_ACCESS_READ_ONLY',
  'GROUP_DATABASE_ACCESS_ADMIN',
  'GROUP_BACKUP_MANAGER',
  'GROUP_BACKUP_CREATOR',
  'GROUP_BACKUP_RECOVERY_OPERATOR',
  'GROUP_BACKUP_EXPORT_OPERATOR',
  'GROUP_NETWORK_ACCESS_MANAGER',
  'GROUP_OBSERVABILITY_VIEWER',
  'GROUP_TRIGGER_MANAGER',
  'GROUP_READ_ONLY',
  'GROUP_INDEX_MANAGER',
  'GROUP_SEARCH_INDEX_EDITOR',
  'GROUP_REAL_TIME_PERFORMANCE_OPERATOR',
  'GROUP_SUPPORT_ACCESS_MANAGER',
  'GROUP_ALERTS_MANAGER',
  'GROUP_MODEL_OWNER',
];

const ROLES = [...Object.keys(ORGANIZATION_ROLES), ...GROUP_ROLES];

function includedIn(role: string): readonly string[] {
  const inOrganization = ORGANIZATION_ROLES[role];
  if (inOrganization !== undefined) return [role, ...inOrganization.flatMap(includedIn)];
  if (role === 'GROUP_OWNER') return GROUP_ROLES;
  const backups = ['GROUP_BACKUP_CREATOR', 'GROUP_BACKUP_RECOVERY_OPERATOR', 'GROUP_BACKUP_EXPORT_OPERATOR'];
  return [role, 'GROUP_READ_ONLY', ...(role === 'GROUP_BACKUP_MANAGER' ? backups : [])];
}

const WHERES = ['own', 'other', 'unknown'] as const;
type Where = (typeof WHERES)[number];

/** What a caller with the role gets: `admitted`, or the status and the code of the refusal. */
function expected(role: string, operation: ServedOperation, where: Where): string {
  const { path, roles, refusal = 'USER_UNAUTHORIZED' } = operation;
  if (roles.length === 0) return 'admitted';
  const inGroup = path.includes('{groupId}');
  if (inGroup && where === 'unknown') return '404 GROUP_NOT_FOUND';
  // Without an organization in the path it is the caller's own. The other project is in the caller's organization.
  const isOwn = where === 'own' || !(inGroup || path.includes('{orgId}'));
  const counts = isOwn || (inGroup && where === 'other' && role.startsWith('ORG_'));
  // Every caller is at least a member of its organization.
  const held = [...includedIn(role), ...(isOwn ? ['ORG_MEMBER'] : [])];
  return counts && roles.some((needed) => held.includes(needed)) ? 'admitted' : `401 ${refusal}`;
}

/** A request with a permitted role would have effects, so tests of their own cover it. */
const DESTRUCTIVE = new Set(['deleteGroup', 'deleteOrg']);

let service: Service;
let places: Readonly<Record<Where, { readonly groupId: string; readonly orgId: string }>>;
before(async () => {
  service = await startService({ rateLimits: 'off' });
  const { groupId, orgId } = service;
  const [other, foreign] = [await service.newProject('not yours'), await service.newOrganization('Not yours')];
  places = {
    own: { groupId, orgId },
    other: { groupId: other.groupId, orgId: foreign.orgId },
    unknown: { groupId: UNKNOWN_ID, orgId: UNKNOWN_ID },
  };
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

/** Returns the value of `Authorization` for a request. */
type Authorize = (method: string, uri: string) => string;

async function apiKeyWith(role: string): Promise<Authorize> {
  const { publicKey: key, privateKey } = await service.keyWith([role]);
  const challenge = String((await service.http.inject({ url: '/api/atlas/v2' })).headers['www-authenticate']);
  let count = 0;
  return (method, uri) => {
    const nc = (++count).toString(16).padStart(8, '0');
    return sign(challenge, { key, privateKey, method, uri, nc });
  };
}

async function serviceAccountWith(role: string): Promise<Authorize> {
  const owners = role.startsWith('ORG_') ? `/orgs/${service.orgId}` : `/groups/${service.groupId}`;
  const made = await service.client.send({
    method: 'POST',
    target: `/api/atlas/v2${owners}/serviceAccounts`,
    headers: NEWEST,
    body: { name: 'matrix', description: 'matrix', roles: [role], secretExpiresAfterHours: 8 },
  });
  const token = await getToken(service, made.string('/clientId'), made.string('/secrets/0/secret'));
  return () => `Bearer ${token}`;
}

/** The only API without tokens. */
const V1 = '/api/atlas/v1.0';

function baseOf({ private: isPrivate, extension, dates }: ServedOperation): string {
  if (isPrivate === true) return '/api/private';
  if (extension === true) return '/api/longshore/v1';
  return dates.length === 0 ? V1 : '/api/atlas/v2';
}

async function outcome(authorize: Authorize, operation: ServedOperation, where: Where): Promise<string> {
  const { method } = operation;
  const url =
    baseOf(operation) +
    operation.path
      .replace('{groupId}', places[where].groupId)
      .replace('{orgId}', places[where].orgId)
      .replaceAll('{clientId}', `mdb_sa_id_${UNKNOWN_ID}`)
      .replace('{limitName}', 'atlas.project.deployment.clusters')
      .replaceAll(/\{\w+(Id)\}/g, UNKNOWN_ID)
      .replaceAll(/\{\w+\}/g, 'unknown');
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const headers = { ...NEWEST, authorization: authorize(method, url), host: 'localhost' };
  const reply = await service.http.inject({
    method,
    url,
    headers: { ...headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(hasBody ? { payload: '{}' } : {}),
  });
  const code = String(reply.headers['x-error-code'] ?? '');
  const isRefusal = reply.statusCode === 401 || code === 'GROUP_NOT_FOUND';
  const isDefect = reply.statusCode >= 500 || code === 'METHOD_NOT_ALLOWED' || code === 'RESOURCE_NOT_FOUND';
  return isRefusal || isDefect ? `${reply.statusCode} ${code}` : 'admitted';
}

async function checkAll(
  role: string,
  authorize: Authorize,
  operations: readonly ServedOperation[],
  where: Where,
): Promise<void> {
  const called = operations.filter(
    (operation) => !(DESTRUCTIVE.has(operation.id) && expected(role, operation, where) === 'admitted'),
  );
  const wrong: string[] = [];
  for (const operation of called) {
    const [found, wanted] = [await outcome(authorize, operation, where), expected(role, operation, where)];
    if (found !== wanted) wrong.push(`${operation.id} in ${where}: ${found}, not ${wanted}`);
  }
  assert.deepEqual(wrong, []);
}

/** The operation takes a stream. It has a test of its own with sockets, because a request without a socket has no stream. */
const STREAM = 'takeSnapshotOfArchive';

const ALL = [...OPERATIONS, ...EXTENSION_OPERATIONS.filter(({ id }) => id !== STREAM)];

/** The operations that accept tokens. */
const WITH_TOKENS = ALL.filter((operation) => baseOf(operation) !== V1);

for (const role of ROLES) {
  describe(role, () => {
    test('as an API key', async () => {
      const authorize = await apiKeyWith(role);
      for (const where of WHERES) await checkAll(role, authorize, ALL, where);
    });

    test('as a service account', async () => {
      const authorize = await serviceAccountWith(role);
      for (const where of WHERES) await checkAll(role, authorize, WITH_TOKENS, where);
    });
  });
}

test('lists show only what the caller may see', async () => {
  const client = await service.clientWith(['GROUP_READ_ONLY']);
  const groups = await client.send({ target: '/api/atlas/v2/groups', headers: NEWEST });
  assert.deepEqual(
    groups.list('/results').map((group) => (group as { id: string }).id),
    [service.groupId],
  );
});

for (const role of ROLES) {
  test(`${STREAM} by a caller with the role ${role}`, async () => {
    const operation = EXTENSION_OPERATIONS.find(({ id }) => id === STREAM);
    assert.ok(operation);
    using client = await service.clientWith([role]);
    for (const where of WHERES) {
      const path = operation.path.replace('{groupId}', places[where].groupId).replace('{clusterName}', 'unknown');
      const reply = await client.send({ method: 'POST', target: `/api/longshore/v1${path}` });
      const code = String(reply.headers['x-error-code'] ?? '');
      const isRefusal = reply.status === 401 || code === 'GROUP_NOT_FOUND';
      const found = isRefusal ? `${reply.status} ${code}` : 'admitted';
      assert.equal(found, expected(role, operation, where));
    }
  });
}
