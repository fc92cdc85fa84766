import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DigestClient, Reply } from '../support/digest-client.ts';
import { NEWEST } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { expectError } from './expect.ts';
import { OPERATIONS } from './operations.ts';
import type { ServedOperation } from './operations.ts';

// Calls each operation with each of the roles that differ in their operations. The requested resources do not exist and
// bodies are empty. So an admitted caller gets another error, and nothing is changed.

const UNKNOWN_ID = '111111111111111111111111';

/** The roles that a role includes, as far as operations need them. */
const INCLUDED: Readonly<Record<string, readonly string[]>> = {
  ORG_OWNER: [
    'ORG_GROUP_CREATOR',
    'ORG_READ_ONLY',
    'ORG_MEMBER',
    'GROUP_OWNER',
    'GROUP_ACCESS_MANAGER',
    'GROUP_BACKUP_MANAGER',
    'GROUP_BACKUP_CREATOR',
    'GROUP_BACKUP_EXPORT_OPERATOR',
    'GROUP_BACKUP_RECOVERY_OPERATOR',
    'GROUP_CLUSTER_CREATOR',
    'GROUP_CLUSTER_MANAGER',
    'GROUP_NETWORK_ACCESS_MANAGER',
    'GROUP_READ_ONLY',
  ],
  ORG_GROUP_CREATOR: ['ORG_MEMBER'],
  ORG_READ_ONLY: ['ORG_MEMBER', 'GROUP_READ_ONLY'],
  ORG_MEMBER: [],
  GROUP_OWNER: [
    'GROUP_ACCESS_MANAGER',
    'GROUP_BACKUP_MANAGER',
    'GROUP_BACKUP_CREATOR',
    'GROUP_BACKUP_EXPORT_OPERATOR',
    'GROUP_BACKUP_RECOVERY_OPERATOR',
    'GROUP_CLUSTER_CREATOR',
    'GROUP_CLUSTER_MANAGER',
    'GROUP_NETWORK_ACCESS_MANAGER',
    'GROUP_READ_ONLY',
  ],
  GROUP_ACCESS_MANAGER: ['GROUP_READ_ONLY'],
  GROUP_BACKUP_MANAGER: [
    'GROUP_BACKUP_CREATOR',
    'GROUP_BACKUP_EXPORT_OPERATOR',
    'GROUP_BACKUP_RECOVERY_OPERATOR',
    'GROUP_READ_ONLY',
  ],
  GROUP_BACKUP_CREATOR: ['GROUP_READ_ONLY'],
  GROUP_BACKUP_EXPORT_OPERATOR: ['GROUP_READ_ONLY'],
  GROUP_BACKUP_RECOVERY_OPERATOR: ['GROUP_READ_ONLY'],
  GROUP_CLUSTER_MANAGER: ['GROUP_READ_ONLY'],
  GROUP_NETWORK_ACCESS_MANAGER: ['GROUP_READ_ONLY'],
  GROUP_DATA_ACCESS_READ_ONLY: ['GROUP_READ_ONLY'],
  GROUP_READ_ONLY: [],
};

/** Every key is a member of its organization. */
const held = (role: string): readonly string[] => [role, 'ORG_MEMBER', ...(INCLUDED[role] ?? [])];

const mayCall = (role: string, operation: ServedOperation) =>
  operation.roles.length === 0 || operation.roles.some((needed) => held(role).includes(needed));

const REFUSED = {
  status: 401,
  code: 'USER_UNAUTHORIZED',
  detail: 'Current user is not authorized to perform this action.',
};

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

function expectRefusal(reply: Reply, { refusal }: ServedOperation): void {
  if (refusal === undefined) expectError(reply, REFUSED);
  else assert.deepEqual([reply.status, reply.headers['x-error-code']], [401, refusal]);
}

const baseOf = ({ private: isPrivate, dates }: ServedOperation) =>
  isPrivate === true ? '/api/private' : dates.length === 0 ? '/api/atlas/v1.0' : '/api/atlas/v2';

async function call(client: DigestClient, operation: ServedOperation, groupId: string, orgId: string) {
  const path = operation.path
    .replace('{groupId}', groupId)
    .replace('{orgId}', orgId)
    .replaceAll('{clientId}', `mdb_sa_id_${UNKNOWN_ID}`)
    .replaceAll(/\{\w+(Id)\}/g, UNKNOWN_ID)
    .replaceAll(/\{\w+\}/g, 'unknown');
  const hasBody = operation.method === 'POST' || operation.method === 'PATCH';
  return await client.send({
    method: operation.method,
    target: baseOf(operation) + path,
    headers: NEWEST,
    ...(hasBody ? { body: {} } : {}),
  });
}

/** A request with a permitted role would have effects, so tests of their own cover it. */
const DESTRUCTIVE = new Set(['deleteGroup', 'deleteOrg']);

for (const role of Object.keys(INCLUDED)) {
  describe(role, () => {
    for (const operation of OPERATIONS) {
      const allowed = mayCall(role, operation);
      if (allowed && DESTRUCTIVE.has(operation.id)) continue;
      test(`${allowed ? 'may' : 'may not'} ${operation.id}`, async () => {
        const client = await service.clientWith([role]);
        const reply = await call(client, operation, service.groupId, service.orgId);
        if (allowed) {
          assert.notEqual(reply.status, 401, reply.text);
          assert.ok(reply.status < 500, reply.text);
          assert.doesNotMatch(reply.text, /METHOD_NOT_ALLOWED|RESOURCE_NOT_FOUND/);
        } else expectRefusal(reply, operation);
      });
    }
  });
}

test('a role in one project is worth nothing in another, nor one in another organization', async () => {
  const other = await service.newProject('not yours');
  const client = await service.clientWith(['GROUP_OWNER']);
  const foreign = await service.newOrganization('Not yours');
  for (const operation of OPERATIONS.filter(({ roles }) => roles.length > 0)) {
    // These have no organization in their path: it is the caller's own.
    if (operation.id === 'createGroup' || operation.id === 'createOrg') continue;
    const reply = await call(client, operation, other.groupId, foreign.orgId);
    assert.deepEqual([operation.id, reply.status], [operation.id, 401]);
    expectRefusal(reply, operation);
  }
});

test('lists show only what the caller may see', async () => {
  const client = await service.clientWith(['GROUP_READ_ONLY']);
  await service.newProject('invisible');
  const groups = await client.send({ target: '/api/atlas/v2/groups', headers: NEWEST });
  assert.deepEqual(
    groups.list('/results').map((group) => (group as { id: string }).id),
    [service.groupId],
  );
});
