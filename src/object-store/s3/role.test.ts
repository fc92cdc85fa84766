import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { MOTO_CREDENTIALS, motoFound, startMoto, type Moto } from '../../../test/support/moto.ts';
import { skipUnless } from '../../../test/support/skip-unless.ts';
import { openObjectStore } from '../all.ts';
import type { ObjectStore } from '../contract.ts';

// Roles of moto, which checks trust policies and permissions as IAM does.

const ACCOUNT = '123456789012';
const EXTERNAL_ID = '4b3c1a5e-0d0e-4d4e-9f0a-0c8f6d1a2b3c';
const BUCKET = 'exports';

suite('roles on moto', skipUnless('moto', motoFound()), () => {
  let moto: Moto;

  before(async () => {
    moto = await startMoto();
    // STS and S3 are both at the endpoint of the environment, as with AWS at none.
    Object.assign(process.env, MOTO_CREDENTIALS, { AWS_ENDPOINT_URL: moto.url });
    await moto.createBucket(BUCKET, 'eu-west-1');
    const user = await moto.createUser('longshore', {
      Action: 'sts:AssumeRole',
      Effect: 'Allow',
      Resource: '*',
    });
    const trust = {
      Effect: 'Allow',
      // AWS takes the account's ARN for each of its users, and moto does not.
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/longshore` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
    };
    const onBucket = { Effect: 'Allow', Resource: `arn:aws:s3:::${BUCKET}` };
    const onObjects = { Effect: 'Allow', Resource: `arn:aws:s3:::${BUCKET}/*` };
    const location = { ...onBucket, Action: 's3:GetBucketLocation' };
    const put = { ...onObjects, Action: 's3:PutObject' };
    await moto.createRole('exporter', trust, [location, put]);
    await moto.createRole('no-put', trust, [location]);
    await moto.createRole('no-location', trust, [put]);
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey });
    await moto.checkPermissionsAfter(0);
  });
  after(() => moto.stop());

  const open = (role: string, externalId = EXTERNAL_ID, bucket = BUCKET): Promise<ObjectStore> =>
    openObjectStore(
      {
        kind: 's3',
        bucket,
        region: 'us-east-1',
        asksRegion: true,
        addressing: 'path',
        checksum: 'sha256',
        role: { arn: `arn:aws:iam::${ACCOUNT}:role/${role}`, externalId },
        objects: {},
      },
      { clock: { now: () => Date.now() }, retry: { tries: 2, firstPauseMs: 1 } },
    );
  const body = [Buffer.from('x')];

  test('the right role writes, and reads nothing', async () => {
    const store = await open('exporter');
    await store.put('a/b', body);
    await assert.rejects(store.head('a/b'), { code: 'OBJECT_STORE_FORBIDDEN' });
  });

  for (const [what, role, externalId, bucket, code] of [
    ['a wrong ExternalId', 'exporter', 'wrong', BUCKET, 'OBJECT_STORE_ROLE_REFUSED'],
    ['another bucket', 'exporter', EXTERNAL_ID, 'other-bucket', 'OBJECT_STORE_FORBIDDEN'],
    ['a role without s3:PutObject', 'no-put', EXTERNAL_ID, BUCKET, 'OBJECT_STORE_FORBIDDEN'],
    ['a role without s3:GetBucketLocation', 'no-location', EXTERNAL_ID, BUCKET, 'OBJECT_STORE_FORBIDDEN'],
  ] as const) {
    test(`${what} is refused, and not tried again`, async () => {
      await assert.rejects((await open(role, externalId, bucket)).put('a', body), { code, transient: false });
    });
  }
});
