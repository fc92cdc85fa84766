import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, suite, test } from 'node:test';
import { initialize, serve, type Server } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { SCRIPTED_ACCOUNT, startScriptedAws, type ScriptedAws } from '../support/scripted-aws.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// Whole exports during which AWS ends the session or the role.

const ARN = `arn:aws:iam::${SCRIPTED_ACCOUNT}:role/exporter`;
const COLLECTIONS = 6;
/** The number of objects of an export beside `.permissioncheck`: the claim, data, metadata, the manifest and `.complete`. */
const OBJECTS = 2 * COLLECTIONS + 3;

suite('exports whose session or role ends', () => {
  let aws: ScriptedAws;
  let directory: ReturnType<typeof temporaryDirectory>;
  let server: Server;
  let snapshotId: string;
  let bucketId: string;
  /** The data objects whose puts AWS has seen since the export began. */
  let puts: Set<string>;

  before(async () => {
    aws = await startScriptedAws();
    directory = temporaryDirectory('aws-sessions');
    const data = join(directory.path, 'data');
    const initial = await initialize(data, directory.path);
    const env = { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'server-secret' };
    server = await serve(data, directory.path, initial, ['--aws', 'aws'], env);
    const dump = join(directory.path, 'dump');
    const collections = Array.from({ length: COLLECTIONS }, (_, number) => `orders-${number}`);
    writeMongodump(dump, { shop: Object.fromEntries(collections.map((name) => [name, { documents: [{ _id: 1 }] }])) });
    await server.project.cluster('source', dump);
    snapshotId = await server.project.completedSnapshot('source');
    const role = await server.project.send('POST', '/cloudProviderAccess', { providerName: 'AWS' });
    aws.externalId = role.string('/atlasAssumedRoleExternalId');
    const roleId = role.string('/roleId');
    const authorization = { providerName: 'AWS', iamAssumedRoleArn: ARN };
    await server.project.send('PATCH', `/cloudProviderAccess/${roleId}`, authorization);
    bucketId = await server.project.bucket('exports', roleId);
  });
  beforeEach(() => {
    puts = new Set();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
    await aws.stop();
  });

  /** Makes something happen at the third data object of the next export, once. */
  function atTheThird(event: 'expired' | 'deleted'): void {
    aws.onPut = (key) => {
      if (!key.endsWith('.json.gz')) return undefined;
      puts.add(key);
      if (puts.size < 3) return undefined;
      aws.onPut = () => undefined;
      return event;
    };
  }

  async function runExport(end: 'Successful' | 'Failed'): Promise<{ readonly text: string; readonly keys: string[] }> {
    const id = await server.project.export('source', snapshotId, bucketId);
    const path = `/clusters/source/backup/exports/${id}`;
    await server.project.waitFor(path, '/state', [end]);
    const job = await server.project.send('GET', path);
    return { text: job.text, keys: aws.keys.filter((key) => key.startsWith(job.string('/prefix').replace(/^\//, ''))) };
  }

  test('an expired session is renewed, and the export is Successful with every object once', async () => {
    const { sessions } = aws;
    atTheThird('expired');
    const { keys } = await runExport('Successful');
    assert.ok(aws.sessions > sessions + 1, 'there was a second session');
    assert.equal(keys.length, OBJECTS);
    assert.equal(new Set(keys).size, OBJECTS);
    assert.match(keys.at(-1), /\/\.complete$/);
  });

  test('a role that is deleted in mid-export ends it with the reason, and nothing is called complete', async () => {
    atTheThird('deleted');
    const { text, keys } = await runExport('Failed');
    assert.match(text, /OBJECT_STORE_FORBIDDEN.*Allow s3:PutObject on arn:aws:s3:::exports|OBJECT_STORE_ROLE_REFUSED/);
    assert.ok(keys.length > 0 && keys.length < OBJECTS);
    assert.ok(!keys.some((key) => key.endsWith('/.complete') || key.endsWith('/.manifest.json')), keys.join());
    // The next export finds that the role is gone.
    const next = await runExport('Failed');
    assert.match(next.text, /OBJECT_STORE_ROLE_REFUSED.*cannot be assumed/);
    assert.deepEqual(next.keys, []);
  });
});
