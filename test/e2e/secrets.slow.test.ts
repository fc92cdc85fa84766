import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { serialize } from 'bson';
import { OPERATIONS } from '../contract/operations.ts';
import { AZURITE_ACCOUNT, azuriteFound, startAzurite, type Azurite } from '../support/azurite.ts';
import { DigestClient, type Exchange } from '../support/digest-client.ts';
import { initialize, serve, startLongshore, type Initial, type Server } from '../support/longshore.ts';
import { NEWEST } from '../support/project.ts';
import { startScriptedMongodb, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { startScriptedService, type ScriptedService } from '../support/scripted-service.ts';
import { SecretSearch, type Secret } from '../support/secret-search.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startVersitygw, VERSITYGW_CREDENTIALS, versitygwFound, type VersityGateway } from '../support/versitygw.ts';

// Every secret that Longshore is given is used, rightly and wrongly, and is then searched for wherever Longshore writes.

/** The files of a data directory that hold secrets: the key that seals secrets, and the first API key. */
const HOLDERS = ['encryption.key', 'profile.json'];

const PLANTED = {
  mongo: 'planted/mongo+password 7f3a',
  wrongMongo: 'planted/wrong+mongo-password 91bc',
  wrongS3: 'planted-wrong-s3-secret/4d2e+77',
  wrongPrivateKey: 'planted0-0000-4000-8000-wrongprivate',
  subjectToken: 'planted-subject-token-c01d',
  accessToken: 'ya29.planted-access-token-5b6f',
};
const NOWHERE = 'http://127.0.0.1:1';
const CONTAINER = 'nightly';

suite('planted secrets', skipUnless('versitygw', versitygwFound() && azuriteFound()), () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let data: string;
  let gateway: VersityGateway;
  let azurite: Azurite;
  let mongodb: ScriptedMongodb;
  let tokens: ScriptedService;
  let initial: Initial;
  let server: Server;
  let search: SecretSearch;
  let container: ContainerClient;
  let gcsKeyFile: string;
  /** A header of the digest that the test sends. */
  let authorization: string;

  before(async () => {
    directory = temporaryDirectory('secrets');
    data = join(directory.path, 'data');
    [gateway, azurite, tokens] = await Promise.all([startVersitygw(), startAzurite(), startScriptedService()]);
    const users = [{ name: 'exporter', password: PLANTED.mongo }];
    const shop = { orders: { documents: [serialize({ _id: 1 })] } };
    mongodb = await startScriptedMongodb({ topology: 'sharded', members: 1, databases: { shop }, users });

    const { account, key } = AZURITE_ACCOUNT;
    const emulated = `${azurite.url}/${account}`;
    container = new ContainerClient(`${emulated}/${CONTAINER}`, new StorageSharedKeyCredential(account, key));
    await container.create();
    const s3 = new S3Client({
      endpoint: gateway.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: {
        accessKeyId: VERSITYGW_CREDENTIALS.AWS_ACCESS_KEY_ID,
        secretAccessKey: VERSITYGW_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
      },
    });
    await s3.send(new CreateBucketCommand({ Bucket: CONTAINER }));
    s3.destroy();

    // Files of the operator, outside of the data directory.
    const operator = join(directory.path, 'operator');
    mkdirSync(operator);
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    gcsKeyFile = join(operator, 'service-account.json');
    const serviceAccount = {
      type: 'service_account',
      client_email: 'a@example.iam.gserviceaccount.com',
      private_key: privateKey,
    };
    writeFileSync(gcsKeyFile, JSON.stringify(serviceAccount));
    const subject = join(operator, 'subject-token');
    writeFileSync(subject, PLANTED.subjectToken);
    const federation = join(operator, 'federation.json');
    writeFileSync(
      federation,
      JSON.stringify({
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${tokens.url}/token`,
        credential_source: { file: subject },
      }),
    );
    const issued = {
      access_token: PLANTED.accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      issued_token_type: 'x',
    };
    tokens.answer({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(issued) });

    initial = await initialize(data, directory.path);
    server = await serve(
      data,
      directory.path,
      initial,
      [
        ...['--aws', 's3', '--s3-endpoint', gateway.url, '--azure', 'azure'],
        ...['--gcp', 'gcs', '--gcp-service-account', 'a@example.iam.gserviceaccount.com'],
        ...['--log-level', 'debug', '--rate-limits', 'off'],
      ],
      {
        ...VERSITYGW_CREDENTIALS,
        LONGSHORE_AZURE_CONNECTION_STRING: `AccountName=${account};AccountKey=${key};BlobEndpoint=${emulated}`,
        GOOGLE_APPLICATION_CREDENTIALS: federation,
        // The library of Azure takes this proxy for http, too.
        HTTPS_PROXY: NOWHERE,
        NO_PROXY: '127.0.0.1',
      },
    );
    authorization = await server.client.authorizationFor({ target: `/api/atlas/v2/groups/${initial.groupId}` });
    const realm = /realm="([^"]*)"/.exec(authorization)?.[1] ?? assert.fail();
    const secrets: readonly Secret[] = [
      ...Object.entries(PLANTED).map(([name, value]) => ({ name, value })),
      { name: 'private key of the API', value: initial.privateKey },
      { name: 'HA1 of the API key', value: md5(`${initial.publicKey}:${realm}:${initial.privateKey}`) },
      { name: 'digest response', value: /response="([^"]*)"/.exec(authorization)?.[1] ?? '' },
      { name: 'secret of S3', value: VERSITYGW_CREDENTIALS.AWS_SECRET_ACCESS_KEY },
      { name: 'key of the storage account', value: key },
      { name: 'key of the service account', value: privateKey.split('\n')[5] ?? '' },
      { name: 'encryption key', value: readFileSync(join(data, 'encryption.key'), 'utf8').trim() },
    ];
    search = new SecretSearch(secrets);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await Promise.all([mongodb.stop(), tokens.stop(), azurite.stop(), gateway.stop()]);
    directory[Symbol.dispose]();
  });

  /** Sends a request, and searches the whole answer. */
  async function send(method: string, target: string, body?: unknown, client: DigestClient = server.client) {
    const exchange: Exchange = { method, target, ...(target.startsWith('/api/atlas/v2') && { headers: NEWEST }), body };
    const reply = await client.send(exchange);
    search.text(`the answer to ${method} ${target}`, `${JSON.stringify(reply.headers)}\n${reply.text}`);
    return reply;
  }

  const group = (rest: string): string => `/api/atlas/v2/groups/${initial.groupId}${rest}`;

  /** Runs a command, and searches its arguments while it runs, and its output. @param endAfterMs when it is stopped. */
  async function run(
    name: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    endAfterMs?: number,
  ): Promise<void> {
    const running = startLongshore(args, { home: directory.path, env });
    assert.ok(search.commandLines() > 0);
    if (endAfterMs !== undefined) setTimeout(() => running.child.kill('SIGTERM'), endAfterMs);
    const { code, stdout, stderr } = await running.finished();
    assert.notEqual(code, 0, `${name} was to fail: ${stdout}`);
    search.text(name, stdout + stderr);
  }

  const clusters = () => `/api/longshore/v1/groups/${initial.groupId}/clusters`;
  const source = (password: string) => ({
    mongodb: { uri: mongodb.uri.replace('mongodb://', `mongodb://exporter:${encodeURIComponent(password)}@`) },
  });
  const cluster = (name: string, password: string) => send('POST', clusters(), { name, ...source(password) });
  const changed = (name: string, password: string) => send('PATCH', `${clusters()}/${name}`, source(password));

  const bucket = (body: Record<string, string>) => send('POST', group('/backup/exportBuckets'), body);

  test('are in no log, answer, argument or file, whatever succeeds and fails', async () => {
    const gcpRole = (await send('POST', group('/cloudProviderAccess'), { providerName: 'GCP' })).string('/roleId');
    // Each takes until its deadline, because the way to Google is closed. The other steps run in the meantime.
    const google = bucket({ cloudProvider: 'GCP', roleId: gcpRole, bucketName: CONTAINER });
    const withKey = { GOOGLE_APPLICATION_CREDENTIALS: gcsKeyFile, HTTPS_PROXY: NOWHERE };
    const commands = [
      run('validation at Google', ['bucket', 'validate', `gs://${CONTAINER}`], withKey, 8000),
      run('validation with a wrong secret', ['bucket', 'validate', `s3://${CONTAINER}`, '--s3-endpoint', gateway.url], {
        ...VERSITYGW_CREDENTIALS,
        AWS_SECRET_ACCESS_KEY: PLANTED.wrongS3,
      }),
      run('a list with a wrong key', ['bucket', 'list', '--data-dir', data, '--url', server.url], {
        LONGSHORE_PRIVATE_KEY: PLANTED.wrongPrivateKey,
      }),
    ];

    using wrong = new DigestClient(server.url, { ...initial, privateKey: PLANTED.wrongPrivateKey });
    assert.equal((await send('GET', group(''), undefined, wrong)).status, 401);
    const digest = await fetch(`${server.url}/api/atlas/v2/groups/${initial.groupId}`, {
      headers: { authorization, accept: NEWEST.accept },
    });
    search.text('the answer to a digest', await digest.text());
    assert.equal(digest.status, 200);

    assert.equal((await cluster('live', PLANTED.mongo)).status, 201);
    assert.equal((await cluster('refused', PLANTED.wrongMongo)).status, 400);
    assert.equal((await changed('live', PLANTED.wrongMongo)).status, 400);
    assert.equal((await changed('live', PLANTED.mongo)).status, 200);
    const snapshotId = await server.project.completedSnapshot('live');

    const serviceUrl = `https://${AZURITE_ACCOUNT.account}.blob.core.windows.net`;
    const ids = {
      atlasAzureAppId: 'app',
      servicePrincipalId: 'principal',
      tenantId: '4297fc77-1592-4de8-a6d5-a8c32401df87',
    };
    const azureRole = await send('POST', group('/cloudProviderAccess'), { providerName: 'AZURE', ...ids });
    const azure = { cloudProvider: 'AZURE', roleId: azureRole.string('/_id'), serviceUrl };
    const aws = { cloudProvider: 'AWS', iamRoleId: initial.roleId };
    assert.match((await bucket({ ...azure, bucketName: 'missing' })).text, /CANNOT_ASSUME_ROLE/);
    assert.match((await bucket({ ...aws, bucketName: 'missing' })).text, /CANNOT_ASSUME_ROLE/);
    let exportId = '';
    let exportBucketId = '';
    for (const provider of [azure, aws]) {
      const registered = await bucket({ ...provider, bucketName: CONTAINER });
      assert.equal(registered.status, 200, registered.text);
      exportBucketId = registered.string('/_id');
      exportId = await server.project.successfulExport('live', snapshotId, exportBucketId);
      await send(
        'POST',
        `/api/longshore/v1/groups/${initial.groupId}/backup/exportBuckets/${exportBucketId}/validation`,
      );
    }
    search.commandLines();
    assert.match((await google).text, /CANNOT_ASSUME_ROLE/);
    await Promise.all(commands);

    const values: Record<string, string> = {
      orgId: initial.orgId,
      groupId: initial.groupId,
      clusterName: 'live',
      snapshotId,
      exportId,
      exportBucketId,
      roleId: initial.roleId,
    };
    for (const { method, path, v1 } of OPERATIONS) {
      if (method !== 'GET') continue;
      const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'f'.repeat(24));
      for (const api of ['atlas/v2', ...(v1 === false ? [] : ['atlas/v1.0']), 'longshore/v1'])
        await send('GET', `/api/${api}${target}`);
    }

    const files = search.files(data, HOLDERS) + search.files(gateway.directory);
    assert.ok(files > 10, `${files} files`);
    for await (const { name } of container.listBlobsFlat())
      search.text(`the blob ${name}`, await container.getBlobClient(name).downloadToBuffer());
    const { stdout, stderr } = server.process;
    search.text('the log', stdout + stderr);
    assert.deepEqual([...search.found], []);
    assert.ok(tokens.requests.includes('POST /token'), 'the subject token was used');
  });

  test('a text that is no secret is found, so the search can find', () => {
    const control = new SecretSearch([
      { name: 'project', value: initial.groupId },
      { name: 'folder', value: 'exported_snapshots' },
    ]);
    control.text('the log', server.process.stderr);
    control.files(gateway.directory);
    assert.deepEqual(new Set([...control.found].map((found) => found.split(' ')[0])), new Set(['project', 'folder']));
  });
});

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
