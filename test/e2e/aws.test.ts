import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { curlSeed } from '../support/curl.ts';
import { isOnPath } from '../support/is-on-path.ts';
import { initialize, longshore, Running, serve, type Initial, type Server } from '../support/longshore.ts';
import { MOTO_CREDENTIALS, motoFound, startMoto, type Moto, type Statement } from '../support/moto.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { Project } from '../support/project.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// Roles, buckets and exports of the whole program on moto, which checks trust policies and permissions as IAM does.

const ACCOUNT = '123456789012';
const UNCHECKED = 1_000_000;
const USER = `arn:aws:iam::${ACCOUNT}:user/longshore`;
const arnOf = (role: string): string => `arn:aws:iam::${ACCOUNT}:role/${role}`;
const location = (bucket: string): Statement => ({
  Effect: 'Allow',
  Action: 's3:GetBucketLocation',
  Resource: `arn:aws:s3:::${bucket}`,
});
const put = (bucket: string): Statement => ({
  Effect: 'Allow',
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${bucket}/*`,
});

suite('exports through IAM roles', skipUnless('moto', motoFound()), () => {
  let moto: Moto;
  let env: NodeJS.ProcessEnv;
  let directory: ReturnType<typeof temporaryDirectory>;
  let initial: Initial;
  let server: Server;
  let snapshotId: string;

  before(async () => {
    moto = await startMoto();
    for (const bucket of ['exports', 'other-bucket']) await moto.createBucket(bucket, 'eu-west-1');
    const assume = { Action: 'sts:AssumeRole', Effect: 'Allow', Resource: '*' };
    const user = await moto.createUser('longshore', assume);
    env = {
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: user.accessKeyId,
      AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
    };
    await moto.checkPermissionsAfter(0);
    directory = temporaryDirectory('aws');
    const data = join(directory.path, 'data');
    initial = await initialize(data, directory.path);
    server = await serve(data, directory.path, initial, ['--aws', 'aws', '--log-level', 'debug'], env);
    const dump = join(directory.path, 'dump');
    writeMongodump(dump, SMALL_DEPLOYMENT);
    await server.project.cluster('source', dump);
    snapshotId = await server.project.completedSnapshot('source');
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
    await moto.stop();
  });

  /** Does what the administrator of the account does, whose requests are not checked. */
  async function asAdministrator<Result>(act: () => Promise<Result>): Promise<Result> {
    await moto.checkPermissionsAfter(UNCHECKED);
    const result = await act();
    await moto.checkPermissionsAfter(0);
    return result;
  }

  /** Creates an IAM role whose trust policy is the one that the guide shows. @param externalId undefined: no condition. */
  const iamRole = (name: string, externalId: string | undefined, permissions: readonly Statement[]): Promise<void> =>
    asAdministrator(() =>
      moto.createRole(
        name,
        {
          Effect: 'Allow',
          // AWS takes the account's ARN for each of its users, and moto does not.
          Principal: { AWS: USER },
          Action: 'sts:AssumeRole',
          ...(externalId !== undefined && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
        },
        permissions,
      ),
    );

  async function newRole(project: Project): Promise<{ readonly id: string; readonly externalId: string }> {
    const role = await project.send('POST', '/cloudProviderAccess', { providerName: 'AWS' });
    assert.equal(role.string('/atlasAWSAccountArn'), `arn:aws:iam::${ACCOUNT}:root`);
    assert.match(role.text, /"authorizedDate":null/);
    return { id: role.string('/roleId'), externalId: role.string('/atlasAssumedRoleExternalId') };
  }

  const authorize = (project: Project, id: string, name: string) =>
    project.send('PATCH', `/cloudProviderAccess/${id}`, { providerName: 'AWS', iamAssumedRoleArn: arnOf(name) });

  const validate = (bucketId: string) => {
    const options = ['--url', server.url, '--data-dir', join(directory.path, 'data'), '--json'];
    return longshore(['bucket', 'validate', bucketId, ...options], { home: directory.path });
  };

  /** A role that AWS lets Longshore assume. */
  async function authorizedRole(name: string, permissions: readonly Statement[]): Promise<string> {
    const { id, externalId } = await newRole(server.project);
    await iamRole(name, externalId, permissions);
    await authorize(server.project, id, name);
    return id;
  }

  test("Terraform's order of calls", async () => {
    const project = await Project.create(server.client, initial.orgId, 'terraform');
    const { id, externalId } = await newRole(project);
    const access = `/cloudProviderAccess/${id}`;
    assert.match((await project.send('GET', access)).text, /"iamAssumedRoleArn":null/);
    await iamRole('terraform', externalId, [location('exports'), put('exports')]);
    const authorized = await authorize(project, id, 'terraform');
    assert.match(authorized.string('/authorizedDate'), /^20/);
    const bucketId = await project.bucket('exports', id);
    const bucket = `/backup/exportBuckets/${bucketId}`;
    assert.equal((await project.send('GET', bucket)).string('/region'), 'eu-west-1');
    const list = await project.send('GET', '/backup/exportBuckets');
    assert.equal(list.string('/results/0/iamRoleId'), id);
    const used = await project.send('GET', access);
    assert.equal(used.string('/featureUsages/0/featureId/exportBucketId'), bucketId);
    await assert.rejects(project.send('DELETE', `/cloudProviderAccess/AWS/${id}`), /409 .*ROLE_IN_USE/);
    await project.cluster('scheduled', join(directory.path, 'dump'));
    const schedule = '/clusters/scheduled/backup/schedule';
    const autoExport = { autoExportEnabled: true, export: { exportBucketId: bucketId, frequencyType: 'daily' } };
    await project.send('PATCH', schedule, autoExport);
    await assert.rejects(project.send('DELETE', bucket), / 400 .*EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE/);
    await project.send('PATCH', schedule, { autoExportEnabled: false });
    await project.send('DELETE', bucket);
    // The provider looks whether a schedule still exports to the bucket.
    assert.equal((await project.send('GET', '/clusters')).string('/results/0/name'), 'scheduled');
    assert.doesNotMatch((await project.send('GET', schedule)).text, /exportBucketId/);
    await project.send('DELETE', '/clusters/scheduled');
    await project.send('DELETE', `/cloudProviderAccess/AWS/${id}`);
    await project.send('DELETE', '');
  });

  test("the Atlas CLI's order of calls, with an export that is only allowed to put", async () => {
    const id = await authorizedRole('exporter', [location('exports'), put('exports')]);
    const bucketId = await server.project.bucket('exports', id);
    await server.project.send('GET', '/backup/exportBuckets?includeCount=true');
    const exportId = await server.project.successfulExport('source', snapshotId, bucketId);
    const job = await server.project.send('GET', `/clusters/source/backup/exports/${exportId}`);
    const keys = await asAdministrator(() => moto.objectsOf('exports'));
    assert.ok(keys.includes('exported_snapshots/.permissioncheck'), keys.join());
    assert.ok(keys.includes(`${job.string('/prefix')}/.complete`.replace(/\/+/g, '/')), keys.join());
    await server.project.send('DELETE', `/backup/exportBuckets/${bucketId}`);
  });

  test("the Atlas CLI's and Terraform's calls for an export job, until nothing is left", async () => {
    const { project } = server;
    const dump = join(directory.path, 'dump');
    await project.cluster('jobs', dump);
    const roleId = await authorizedRole('jobs', [location('exports'), put('exports')]);
    const one = '/clusters/jobs';
    assert.equal((await project.send('GET', one)).string('/stateName'), 'IDLE');
    const bucketId = await project.bucket('exports', roleId);
    await project.send('GET', `/backup/exportBuckets/${bucketId}`);
    const snapshot = await project.snapshot('jobs');
    await assert.rejects(project.send('GET', `/flexClusters/jobs/backup/snapshots/${snapshot}`), / 400 /);
    await project.waitFor(`${one}/backup/snapshots/${snapshot}`, '/status', ['completed']);
    await project.send('GET', `${one}/backup/snapshots/shardedCluster/${snapshot}`);
    const customData = [{ key: 'exported by', value: 'myName' }];
    const body = { snapshotId: snapshot, exportBucketId: bucketId, customData };
    const exported = (await project.send('POST', `${one}/backup/exports`, body)).string('/id');
    await project.waitFor(`${one}/backup/exports/${exported}`, '/state', ['Successful']);
    assert.match((await project.send('GET', `${one}/backup/exports/${exported}`)).text, /"exported by"/);
    assert.match((await project.send('GET', `${one}/backup/exports?includeCount=true`)).text, /"totalCount":1/);
    await project.send('DELETE', `${one}/backup/snapshots/${snapshot}`);
    await project.send('DELETE', one);
    await assert.rejects(async () => {
      for (let calls = 0; calls < 50; calls++) await project.send('GET', one);
    }, / 404 .*CLUSTER_NOT_FOUND/);
    await project.send('DELETE', `/backup/exportBuckets/${bucketId}`);
    await project.send('DELETE', `/cloudProviderAccess/AWS/${roleId}`);
  });

  test("the reference's example by curl", skipUnless('curl', isOnPath('curl')), async () => {
    const iamRoleId = await authorizedRole('curl', [location('exports'), put('exports')]);
    const url = `${server.url}/api/atlas/v1.0/groups/${initial.groupId}/backup/exportBuckets`;
    const body = JSON.stringify({ iamRoleId, bucketName: 'exports', cloudProvider: 'AWS' });
    const user = `${initial.publicKey}:${initial.privateKey}`;
    const curl = new Running('curl', curlSeed(user, url, body), { home: directory.path });
    const { code, stdout } = await curl.finished();
    assert.equal(code, 0);
    assert.match(stdout, /"bucketName" : "exports",[^]*\n200$/);
    assert.match(stdout, new RegExp(`"iamRoleId" : "${iamRoleId}"`));
  });

  test('an IAM role with another ExternalId is not authorized, and the answer names its ARN', async () => {
    const { id } = await newRole(server.project);
    await iamRole('other-id', 'other', [location('exports'), put('exports')]);
    const refused = new RegExp(`400 .*CANNOT_ASSUME_ROLE.*"parameters":\\["${arnOf('other-id')}"\\]`);
    await assert.rejects(authorize(server.project, id, 'other-id'), refused);
    assert.match((await server.project.send('GET', `/cloudProviderAccess/${id}`)).text, /"authorizedDate":null/);
    await assert.rejects(server.project.bucket('exports', id), /CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED/);
    await server.process.output(/cannot be assumed .*other-id|other-id.*cannot be assumed/s);
  });

  test('an IAM role that takes any ExternalId is authorized, and reported', async () => {
    const { id } = await newRole(server.project);
    await iamRole('careless', undefined, [location('exports'), put('exports')]);
    await authorize(server.project, id, 'careless');
    const target = `/api/longshore/v1/groups/${initial.groupId}/cloudProviderAccess/${id}`;
    const details = await server.client.send({ method: 'GET', target });
    assert.match(details.string('/warnings/0'), /with a wrong ExternalId/);
    await server.process.output(/can be assumed with any ExternalId/);
  });

  for (const [what, name, bucket, permissions, action] of [
    ['without s3:PutObject', 'no-put', 'exports', [location('exports')], /Allow s3:PutObject/],
    ['without s3:GetBucketLocation', 'no-location', 'exports', [put('exports')], /Allow s3:GetBucketLocation/],
    ['for another bucket', 'elsewhere', 'other-bucket', [location('exports'), put('exports')], /Allow s3:Get/],
  ] as const) {
    test(`a bucket with a role ${what} is not registered, and the answer says what to allow`, async () => {
      const id = await authorizedRole(name, permissions);
      const refused = new RegExp(`400 .*specified role \\(${id}\\)\\..*CANNOT_ASSUME_ROLE.*${action.source}`);
      await assert.rejects(server.project.bucket(bucket, id), refused);
      assert.match(server.process.stderr, action);
    });
  }

  test('an export whose role has lost s3:PutObject fails with the reason, and is not called complete', async () => {
    const id = await authorizedRole('withdrawn', [location('other-bucket'), put('other-bucket')]);
    const bucketId = await server.project.bucket('other-bucket', id);
    const validated = await validate(bucketId);
    assert.equal(validated.code, 0, validated.stderr);
    assert.match(
      validated.stdout,
      /"lookUp","required":false,"outcome":"refused",.*Allow s3:GetObject on arn:aws:s3:::other-bucket\/\*/,
    );
    assert.match(
      validated.stdout,
      /Allow s3:ListBucket on arn:aws:s3:::other-bucket,.*Allow s3:DeleteObject on arn:aws:s3:::other-bucket\/\*/,
    );
    await asAdministrator(() => moto.permit('withdrawn', [location('other-bucket')]));
    const refused = await validate(bucketId);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stdout,
      /"write","required":true,"outcome":"refused",.*Allow s3:PutObject on arn:aws:s3:::other-bucket\/\*/,
    );
    const exportId = await server.project.export('source', snapshotId, bucketId);
    const path = `/clusters/source/backup/exports/${exportId}`;
    await server.project.waitFor(path, '/state', ['Failed']);
    assert.match((await server.project.send('GET', path)).text, /OBJECT_STORE_FORBIDDEN|s3:PutObject/);
    const keys = await asAdministrator(() => moto.objectsOf('other-bucket'));
    const exported = keys.filter((key) => !key.includes('/.validation-'));
    assert.deepEqual(exported, ['exported_snapshots/.permissioncheck']);
  });

  test('the secret of the server is in no answer and in no log', () => {
    const { stdout, stderr } = server.process;
    const secret = env['AWS_SECRET_ACCESS_KEY'] ?? '';
    assert.ok(secret.length > 10 && !(stdout + stderr).includes(secret));
    assert.ok(!(stdout + stderr).includes(MOTO_CREDENTIALS.AWS_SECRET_ACCESS_KEY));
  });
});

test('a server without credentials of AWS does not start, and says where to give them', async () => {
  using directory = temporaryDirectory('aws');
  const env = { AWS_EC2_METADATA_DISABLED: 'true', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  const flags = ['serve', '--data-dir', join(directory.path, 'data'), '--port', '0', '--aws', 'aws'];
  const run = await longshore(flags, { home: directory.path, env });
  assert.equal(run.code, 1);
  assert.match(run.stderr, /sts:GetCallerIdentity\) failed: Longshore found no AWS credentials/);
});
