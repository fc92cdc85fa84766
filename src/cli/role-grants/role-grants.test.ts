import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { awsGrant } from './aws.ts';
import { azureGrant } from './azure.ts';
import type { RoleGrant } from './contract.ts';
import { gcpGrant } from './gcp.ts';

const roleId = 'a'.repeat(24);

const documentsOf = ({ documents }: RoleGrant): Record<string, unknown> =>
  Object.fromEntries(documents.map(({ name, json }) => [name, json]));

/** The arguments that a shell gives to each command of a grant. `az storage account show` answers with an id. */
function argumentsOf({ commands }: RoleGrant): string[][] {
  const functions = 'say() { printf \'%s\\n\' "$@"; }; aws() { say "$@"; }; gcloud() { say "$@"; };';
  const az = 'az() { if [ "$1" = storage ]; then echo /subscriptions/s/storageAccounts/account; else say "$@"; fi; };';
  return commands.map((command) =>
    execFileSync('sh', ['-c', `${functions} ${az} ${command}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n'),
  );
}

test('an IAM role trusts the account with the ExternalId, and may put objects and ask for the region', () => {
  const grant = awsGrant({
    roleId,
    bucketName: "o'bucket",
    iamRoleName: 'exporter',
    accountArn: 'arn:aws-cn:iam::123456789012:root',
    externalId: 'external',
  });
  const { trustPolicy, permissionPolicy } = documentsOf(grant);
  assert.match(JSON.stringify(trustPolicy), /"AWS":"arn:aws-cn:iam::123456789012:root".*"sts:ExternalId":"external"/);
  assert.deepEqual((permissionPolicy as { readonly Statement: unknown }).Statement, [
    { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: "arn:aws-cn:s3:::o'bucket" },
    { Effect: 'Allow', Action: 's3:PutObject', Resource: "arn:aws-cn:s3:::o'bucket/*" },
  ]);
  const [create = [], put = []] = argumentsOf(grant);
  assert.deepEqual(create.slice(0, 5), [
    'iam',
    'create-role',
    '--role-name',
    'exporter',
    '--assume-role-policy-document',
  ]);
  assert.deepEqual(JSON.parse(create[5] ?? ''), trustPolicy);
  assert.deepEqual(JSON.parse(put[7] ?? ''), permissionPolicy);
  assert.match(grant.next, new RegExp(`role authorize ${roleId} --arn`));
});

test('a service principal is assigned a role on the container alone', () => {
  const grant = azureGrant({
    roleId,
    container: 'exports',
    serviceUrl: 'https://account.blob.core.windows.net',
    account: 'account',
    principalId: 'principal',
  });
  const { roleAssignment } = documentsOf(grant);
  assert.match(
    JSON.stringify(roleAssignment),
    /"principalId":"principal".*account\/blobServices\/default\/containers\/exports"/,
  );
  assert.deepEqual(argumentsOf(grant), [
    [
      ...['role', 'assignment', 'create', '--role', 'Storage Blob Data Contributor'],
      ...['--assignee-object-id', 'principal', '--assignee-principal-type', 'ServicePrincipal'],
      ...['--scope', '/subscriptions/s/storageAccounts/account/blobServices/default/containers/exports'],
    ],
  ]);
  assert.match(grant.next, /bucket create 'exports' --provider AZURE --service-url 'https:\/\/account\.blob/);
});

test('a service account is bound to a role on the bucket alone', () => {
  const grant = gcpGrant({
    roleId,
    bucketName: 'exports',
    serviceAccount: 'longshore@example.iam.gserviceaccount.com',
  });
  const member = 'serviceAccount:longshore@example.iam.gserviceaccount.com';
  assert.deepEqual(documentsOf(grant), { binding: { role: 'roles/storage.objectUser', members: [member] } });
  assert.deepEqual(argumentsOf(grant), [
    [
      ...['storage', 'buckets', 'add-iam-policy-binding', 'gs://exports'],
      ...['--member', member, '--role', 'roles/storage.objectUser'],
    ],
  ]);
});
