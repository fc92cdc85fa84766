import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { wire } from '../../../test/support/api-request.ts';
import { ControlPlane, PROVIDERS } from '../../../test/support/control-plane.ts';
import { textAt } from '../../../test/support/json.ts';
import type { Caller } from '../../http/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Id } from '../../kernel/ids.ts';
import type { ProviderIdentities } from './index.ts';

const UNKNOWN = '111111111111111111111111';
const ACCOUNT_ARN = 'arn:aws:iam::123456789012:root';
const ARN = 'arn:aws:iam::123456789012:role/exporter';

for (const authorizeAtOnce of [true, false]) {
  describe(`cloud provider access, ${authorizeAtOnce ? 'authorized at once' : 'to be authorized'}`, () => {
    let plane: ControlPlane;
    let groupId: Id;
    let owner: Caller;

    beforeEach(async () => {
      plane = await ControlPlane.open({
        providers: { ...PROVIDERS, AWS: { kind: 's3', authorizeAtOnce, accountArn: ACCOUNT_ARN } },
      });
      ({ groupId, owner } = await plane.bootstrap());
    });
    afterEach(async () => {
      await plane[Symbol.asyncDispose]();
    });

    async function newRole(): Promise<Id> {
      const body = { providerName: 'AWS' };
      const made = await plane.get('createGroupCloudProviderAccess', { caller: owner, params: { groupId }, body });
      return textAt(made, '/roleId');
    }

    test('a role is made with what its trust policy needs, keys in the order of the wire', async () => {
      const body = { providerName: 'AWS' };
      const reply = await plane.call('createGroupCloudProviderAccess', { caller: owner, params: { groupId }, body });
      assert.equal(reply.status, 200);
      const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
      const authorized = authorizeAtOnce ? '"2023-11-14T22:13:20Z"' : 'null';
      assert.match(
        wire(reply),
        new RegExp(
          `^{"atlasAWSAccountArn":"arn:aws:iam::123456789012:root","atlasAssumedRoleExternalId":"${uuid}",` +
            `"authorizedDate":${authorized},"createdDate":"2023-11-14T22:13:20Z","featureUsages":\\[\\],` +
            `"iamAssumedRoleArn":null,"providerName":"AWS","roleId":"[0-9a-f]{24}"}$`,
        ),
      );
    });

    test('the front door lets authorized roles of the project through', async () => {
      const roleId = await newRole();
      const refused = { code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED', status: 400, parameters: [roleId] };
      const access = plane.cloudProviderAccess;
      if (!authorizeAtOnce) await assert.rejects(access.requireAuthorizedRole(groupId, roleId), refused);
      plane.now += 60_000;
      const authorizing = {
        caller: owner,
        params: { groupId, roleId },
        body: { providerName: 'AWS', iamAssumedRoleArn: ARN },
      };
      const authorized = await plane.get('authorizeGroupCloudProviderAccessRole', authorizing);
      assert.equal(authorized['iamAssumedRoleArn'], ARN);
      assert.equal(authorized['authorizedDate'], '2023-11-14T22:14:20Z');
      const role = await access.requireAuthorizedRole(groupId, roleId);
      assert.ok(role.provider === 'AWS');
      assert.equal(role.iamAssumedRoleArn, ARN);
      const inTransaction = plane.database
        .transaction()
        .execute((transaction) => access.requireAuthorizedRole(groupId, roleId, transaction));
      assert.equal((await inTransaction).id, roleId);
      for (const [group, role] of [
        [groupId, UNKNOWN],
        [UNKNOWN, roleId],
      ] as const) {
        await assert.rejects(access.requireAuthorizedRole(group, role), {
          code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND',
          status: 404,
          parameters: [role],
        });
      }
    });

    test('roles are listed by provider, oldest first, each with the export buckets that use it', async () => {
      const roleId = await newRole();
      const params = { groupId };
      const list = await plane.get('listGroupCloudProviderAccess', { caller: owner, params });
      assert.deepEqual(Object.keys(list), ['awsIamRoles', 'azureServicePrincipals', 'gcpServiceAccounts']);
      const roles = list['awsIamRoles'] as { roleId: string }[];
      assert.deepEqual(
        roles.map((role) => role.roleId),
        ['12345678f901a234dbdb00ca', roleId],
      );
      plane.exportBuckets.push({ exportBucketId: UNKNOWN, groupId });
      const one = await plane.get('getGroupCloudProviderAccess', { caller: owner, params: { groupId, roleId } });
      assert.equal(
        JSON.stringify(one['featureUsages']),
        JSON.stringify([{ featureId: { exportBucketId: UNKNOWN, groupId }, featureType: 'EXPORT_SNAPSHOT' }]),
      );
    });

    test('bad requests are refused, and change nothing', async () => {
      const roleId = await newRole();
      const create = (body: Record<string, string>) =>
        plane.call('createGroupCloudProviderAccess', { caller: owner, params: { groupId }, body });
      await assert.rejects(create({}), { code: 'MISSING_ATTRIBUTE' });
      await assert.rejects(create({ providerName: 'OTHER' }), { code: 'INVALID_ENUM_VALUE' });
      const authorize = (body: Record<string, string>) =>
        plane.call('authorizeGroupCloudProviderAccessRole', { caller: owner, params: { groupId, roleId }, body });
      await assert.rejects(authorize({ providerName: 'AWS' }), { code: 'MISSING_ATTRIBUTE' });
      await assert.rejects(authorize({ providerName: 'AZURE' }), { code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND' });
      for (const iamAssumedRoleArn of [
        '',
        'exporter',
        'arn:aws:iam::123:role/x',
        `${ARN}\n`,
        `${ARN}${'x'.repeat(2048)}`,
      ]) {
        await assert.rejects(authorize({ providerName: 'AWS', iamAssumedRoleArn }), { status: 400 });
      }
      const after = await plane.get('getGroupCloudProviderAccess', { caller: owner, params: { groupId, roleId } });
      assert.equal(after['iamAssumedRoleArn'], null);
    });

    test('a role goes with 204, and only when no export bucket uses it', async () => {
      const roleId = await newRole();
      const remove = (cloudProvider: string, id = roleId) =>
        plane.call('deauthorizeGroupCloudProviderAccessRole', {
          caller: owner,
          params: { groupId, cloudProvider, roleId: id },
        });
      const bucket = { id: UNKNOWN, group_id: groupId, provider: 'AWS', bucket_name: 'b', role_id: roleId };
      await plane.database
        .insertInto('export_buckets')
        .values({ ...bucket, created_at: 1 })
        .execute();
      await assert.rejects(remove('AWS'), { code: 'CLOUD_PROVIDER_ACCESS_ROLE_IN_USE', status: 409 });
      await plane.database.deleteFrom('export_buckets').execute();
      await assert.rejects(remove('aws'), { code: 'INVALID_ENUM_VALUE' });
      await assert.rejects(remove('AZURE'), { code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND' });
      await assert.rejects(remove('AWS', UNKNOWN), { code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND' });
      assert.deepEqual(await remove('AWS'), { status: 204 });
      await assert.rejects(remove('AWS'), { code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND' });
    });
  });
}

test('an IAM role is authorized only when it can be assumed, and one that takes any ExternalId is reported', async () => {
  const tried: string[] = [];
  const careless = `${ARN}-careless`;
  const tryRole: ProviderIdentities['AWS']['tryRole'] = ({ arn, externalId }) => {
    tried.push(externalId);
    if (arn === ARN) return Promise.reject(new AppError({ code: 'REFUSED', message: 'no', hint: 'Mend it.' }));
    return Promise.resolve({ takesAnyExternalId: arn === careless });
  };
  const AWS = { kind: 'aws', authorizeAtOnce: false, accountArn: ACCOUNT_ARN, tryRole } as const;
  await using plane = await ControlPlane.open({ providers: { ...PROVIDERS, AWS } });
  const { groupId, owner: caller } = await plane.bootstrap();
  const body = { providerName: 'AWS' };
  const role = await plane.get('createGroupCloudProviderAccess', { caller, params: { groupId }, body });
  const params = { groupId, roleId: textAt(role, '/roleId') };
  const authorize = (iamAssumedRoleArn: string) =>
    plane.get('authorizeGroupCloudProviderAccessRole', { caller, params, body: { ...body, iamAssumedRoleArn } });
  const details = () => plane.get('getCloudProviderAccessDetails', { caller, params, api: 'longshore' });

  const explanation = 'no. Mend it.';
  const refused = { code: 'CANNOT_ASSUME_ROLE', status: 400, parameters: [ARN], explanation };
  await assert.rejects(authorize(ARN), refused);
  assert.deepEqual(await details(), { ...role, kind: 'aws', warnings: [] });
  assert.equal((await authorize(careless))['iamAssumedRoleArn'], careless);
  const externalId = textAt(role, '/atlasAssumedRoleExternalId');
  assert.match(textAt(await details(), '/warnings/0'), new RegExp(`wrong ExternalId.*${externalId}`));
  await authorize(`${ARN}-careful`);
  assert.deepEqual((await details())['warnings'], []);
  assert.deepEqual(new Set(tried), new Set([externalId]));
});

test('a role shows the identity that the server has today, and is authorized only with what the server needs today', async () => {
  await using plane = await ControlPlane.open();
  const { groupId, owner: caller } = await plane.bootstrap();
  const create = (providerName: string) =>
    plane.get('createGroupCloudProviderAccess', { caller, params: { groupId }, body: { providerName } });
  const aws = textAt(await create('AWS'), '/roleId');
  const gcp = textAt(await create('GCP'), '/roleId');
  await plane.cloudProviderAccess.requireAuthorizedRole(groupId, aws);

  const accountArn = 'arn:aws:iam::210987654321:root';
  const tryRole = () => Promise.resolve({ takesAnyExternalId: false });
  const gcpServiceAccountForAtlas = 'today@example.org';
  await using today = plane.again({
    ...PROVIDERS,
    AWS: { kind: 'aws', authorizeAtOnce: false, accountArn, tryRole },
    GCP: { ...PROVIDERS.GCP, gcpServiceAccountForAtlas },
  });
  const params = { groupId, roleId: aws };
  const role = await today.get('getGroupCloudProviderAccess', { caller, params });
  assert.deepEqual([role['atlasAWSAccountArn'], role['authorizedDate']], [accountArn, null]);
  const refused = { code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED' };
  await assert.rejects(today.cloudProviderAccess.requireAuthorizedRole(groupId, aws), refused);
  const body = { providerName: 'AWS', iamAssumedRoleArn: ARN };
  const authorized = await today.get('authorizeGroupCloudProviderAccessRole', { caller, params, body });
  assert.equal(authorized['atlasAWSAccountArn'], accountArn);
  await today.cloudProviderAccess.requireAuthorizedRole(groupId, aws);
  const other = await today.get('getGroupCloudProviderAccess', { caller, params: { groupId, roleId: gcp } });
  assert.equal(other['gcpServiceAccountForAtlas'], gcpServiceAccountForAtlas);
  assert.match(wire(await today.call('listGroupCloudProviderAccess', { caller, params: { groupId } })), /210987654321/);
});

test('roles of the other providers', async () => {
  const providers: ProviderIdentities = { ...PROVIDERS, GCP: { ...PROVIDERS.GCP, authorizeAtOnce: false } };
  await using plane = await ControlPlane.open({ providers });
  const { groupId, owner: caller } = await plane.bootstrap();
  const create = (body: Record<string, string>) =>
    plane.call('createGroupCloudProviderAccess', { caller, params: { groupId }, body });
  const ids = { atlasAzureAppId: 'app', servicePrincipalId: 'principal', tenantId: 'tenant' };
  const time = '2023-11-14T22:13:20Z';
  const azure = wire(await create({ providerName: 'AZURE', ...ids }));
  assert.match(
    azure,
    new RegExp(
      `^{"_id":"[0-9a-f]{24}","atlasAzureAppId":"app","createdDate":"${time}","featureUsages":\\[\\],` +
        `"lastUpdatedDate":"${time}","providerName":"AZURE","servicePrincipalId":"principal","tenantId":"tenant"}$`,
    ),
  );
  await assert.rejects(create({ providerName: 'AZURE', tenantId: 'tenant' }), { code: 'MISSING_ATTRIBUTE' });
  const gcp = wire(await create({ providerName: 'GCP' }));
  assert.match(
    gcp,
    new RegExp(
      `^{"createdDate":"${time}","featureUsages":\\[\\],"gcpServiceAccountForAtlas":"exporter@example.org",` +
        `"providerName":"GCP","roleId":"[0-9a-f]{24}","status":"COMPLETE"}$`,
    ),
  );
  const list = wire(await plane.call('listGroupCloudProviderAccess', { caller, params: { groupId } }));
  assert.ok(list.endsWith(`"azureServicePrincipals":[${azure}],"gcpServiceAccounts":[${gcp}]}`), list);

  const roleId = /"roleId":"([^"]*)"/.exec(gcp)?.[1] ?? '';
  const access = plane.cloudProviderAccess;
  const refused = { code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED' };
  await assert.rejects(access.requireAuthorizedRole(groupId, roleId), refused);
  const authorize = (providerName: string) =>
    plane.call('authorizeGroupCloudProviderAccessRole', {
      caller,
      params: { groupId, roleId },
      body: { providerName },
    });
  await assert.rejects(authorize('AZURE'), { code: 'CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND' });
  await authorize('GCP');
  assert.equal((await access.requireAuthorizedRole(groupId, roleId)).provider, 'GCP');
});

test('a row with an unknown provider is a defect, and not a role of AWS', async () => {
  await using plane = await ControlPlane.open();
  const { groupId, roleId } = await plane.bootstrap();
  const read = () => plane.cloudProviderAccess.requireAuthorizedRole(groupId, roleId);
  const { database } = plane;
  await database.updateTable('cloud_provider_access_roles').set({ aws_external_id: null }).execute();
  await assert.rejects(read(), /the column cloud_provider_access_roles\.aws_external_id holds/);
  await database.updateTable('cloud_provider_access_roles').set({ provider: 'OTHER' }).execute();
  await assert.rejects(read(), /the column cloud_provider_access_roles\.provider holds/);
});
