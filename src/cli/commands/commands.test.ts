import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { BSON } from 'bson';
import { archiveOfDatabases } from '../../../test/support/mongodump-archive.ts';
import { serveHere, type ServerHere } from '../../../test/support/server-here.ts';
import { typed, type TypedResult } from '../../../test/support/typed-command.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../../../test/support/mongodump.ts';
import { optionNames, options, type OptionRecord } from '../../app/config.ts';
import { systemClock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject } from '../../kernel/json.ts';
import { run } from '../main.ts';
import { createTerminal } from '../terminal.ts';

// Every command as a user types it, against a server in this process.

/** What standard error says of a check without a terminal. */
const VERIFIED =
  /^(verify: reading, [^\n]*\n)*verify: reading, (?<bytes>[\d.]+ kB) of \k<bytes>(, [\d.]+ [kM]B\/s)?(, [^,]+ left)?, 6,364 documents, 17 of 17 objects \([^)]*\)\n$/;

const DUMP = fileURLToPath(new URL('../../../sample/dump', import.meta.url));

let directory: string;
let dataDir: string;
let served: ServerHere;

before(async () => {
  served = await serveHere('commands');
  ({ directory, dataDir } = served);
});
after(async () => {
  await served[Symbol.asyncDispose]();
});

async function type(argv: readonly string[], environment: Record<string, string> = {}): Promise<TypedResult> {
  return await typed(argv, { environment });
}

/** A command of the client, which must succeed. */
async function client(...argv: string[]): Promise<string> {
  const { code, out, err } = await type([...argv, '--data-dir', dataDir]);
  assert.equal(code, 0, err);
  return out;
}

const parsed = async (...argv: string[]): Promise<unknown> => JSON.parse(await client(...argv, '--json'));

/** The text under a key of a JSON object. */
function text(value: unknown, key: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  assert.ok(typeof found === 'string', `${key} in ${JSON.stringify(value)}`);
  return found;
}

test('from a dump to an export that is verified', async () => {
  assert.match(await client('cluster', 'add', 'Cluster0', '--mongodump', DUMP), /^Cluster Cluster0 is registered/);
  assert.match(await client('cluster', 'list'), /^NAME +ID +MONGODB +REGISTERED\nCluster0 +[0-9a-f]{24} +8\.0\.4/);

  const bucketId = text(await parsed('bucket', 'create', 'command-bucket'), '_id');
  assert.match(await client('bucket', 'list'), new RegExp(`command-bucket +${bucketId} +AWS`));

  const snapshotId = text(await parsed('snapshot', 'create', 'Cluster0', '--watch'), 'id');
  assert.match(await client('snapshot', 'list', 'Cluster0'), new RegExp(`${snapshotId} +completed`));

  const job = await type([
    ...['export', 'create', 'Cluster0', '--snapshot', snapshotId, '--bucket', bucketId],
    ...['--watch', '--json', '--data-dir', dataDir],
  ]);
  assert.equal(job.code, 0, job.err);
  assert.equal(job.out.trim().split('\n').length, 1, 'one JSON value on standard output, the rest on standard error');
  assert.match(job.err, /export: Successful/);
  const prefix = text(JSON.parse(job.out), 'prefix');
  assert.match(await client('export', 'list', 'Cluster0'), new RegExp(`Successful .*${prefix}`));

  const status = await client('status');
  assert.match(status, /1 cluster and 1 bucket/);
  assert.match(status, /Cluster0 +1 +\d{4}-.*Z +1 +\d{4}-.*Z +0\n/);

  const bucket = join(dataDir, 'buckets', 'command-bucket');
  for (const place of [bucket, join(bucket, prefix), join(bucket, 'exported_snapshots')]) {
    const { code, out, err } = await type(['export', 'verify', place]);
    assert.equal(code, 0, err);
    assert.match(err, VERIFIED);
    assert.match(out, /^ok .*17 objects, 6,364 documents/);
  }
  const copy = join(directory, 'copy of an export');
  cpSync(join(bucket, prefix), copy, { recursive: true });
  const copied = await type(['export', 'verify', copy]);
  assert.match(copied.out, /^ok {2}\.: 17 objects, 6,364 documents/);
  const two = join(directory, 'two');
  for (const name of ['one', 'other']) cpSync(copy, join(two, name), { recursive: true });
  const drawn = (await typed(['export', 'verify', two], { columns: 200 })).err.split('\r\u001B[K');
  rmSync(two, { recursive: true });
  assert.match(
    drawn.slice(0, -1).join('\n'),
    /verify .* (?<bytes>[\d.]+ MB) of \k<bytes>, .*12,728 documents, 34 of 34 objects /,
  );
  rmSync(join(copy, '.manifest.json'));
  const bare = await type(['export', 'verify', copy]);
  assert.equal(bare.code, 0, bare.err);
  assert.match(bare.err, VERIFIED);
  assert.match(bare.out, /^ok {2}\.: 17 objects, 6,364 documents, .*\n {4}no manifest: only \.complete and the files/);
  assert.match((await type(['export', 'verify', copy, '--json'])).out, /^{"exports":\[{"prefix":"","manifest":false,/);
  const victim = join(bucket, prefix, 'types/every_bson_type/metadata.json');
  appendFileSync(victim, ' ');
  const damaged = await type(['export', 'verify', bucket, '--json']);
  assert.equal(damaged.code, 1);
  assert.match(damaged.out, /every_bson_type/);
  rmSync(join(bucket, prefix, '.complete'));
  const unfinished = await type(['export', 'verify', bucket]);
  assert.equal(unfinished.code, 1);
  assert.match(unfinished.out, /^BAD .*\n {4}.*\.complete is missing\n {4}.*every_bson_type/);
  assert.match(unfinished.err, /1 of 1 export/);
});

/** The documents of each collection that is exported, as the manifest counts them. */
async function exported(cluster: string, snapshotId: string): Promise<unknown> {
  const bucketId = text(await parsed('bucket', 'create', `${cluster.toLowerCase()}-bucket`), '_id');
  const ids = ['--snapshot', snapshotId, '--bucket', bucketId];
  const prefix = text(await parsed('export', 'create', cluster, ...ids, '--watch'), 'prefix');
  const bucket = join(dataDir, 'buckets', `${cluster.toLowerCase()}-bucket`);
  const manifest: unknown = JSON.parse(readFileSync(join(bucket, prefix, '.manifest.json'), 'utf8'));
  const { collections } = manifest as { collections: { database: string; name: string; documents: number }[] };
  return collections.map(({ database, name, documents }) => `${database}.${name} ${documents}`);
}

const ARCHIVED = ['shop.empty 0', 'shop.orders 300', 'shop.parts & pieces 1', 'shop.system.js 1', 'stock.items 1'];

test('an archive on the server is registered, and the answer names what is taken and left out', async () => {
  const file = join(directory, 'dump.archive');
  writeFileSync(file, gzipSync(archiveOfDatabases(SMALL_DEPLOYMENT)));
  const added = await client('cluster', 'add', 'Archive', '--archive', file);
  assert.match(added, /A snapshot takes 6 collections: shop\.bigOrders, /);
  assert.match(added, /Left out:\n {2}shop\.system\.views: MongoDB keeps system collections for itself\n/);
  const taken = await client('snapshot', 'create', 'Archive', '--watch');
  assert.match(taken, /completed.*\nLeft out:\n {2}shop\.system\.views: /);
  const id = /Snapshot ([0-9a-f]{24})/.exec(taken)?.[1] ?? '';
  assert.deepEqual(await exported('Archive', id), ARCHIVED);
  assert.deepEqual(readdirSync(join(dataDir, 'spool')), []);
});

test('an archive is sent with a snapshot, to a cluster that has no source of its own', async () => {
  const file = join(directory, 'sent.archive');
  const archive = archiveOfDatabases(SMALL_DEPLOYMENT);
  writeFileSync(file, archive);
  assert.match(await client('cluster', 'add', 'Sent', '--archive', '-'), /Send an archive with each snapshot: /);
  const id = text(await parsed('snapshot', 'create', 'Sent', '--archive', file, '--watch'), 'id');
  assert.deepEqual(await exported('Sent', id), ARCHIVED);
  assert.deepEqual(readdirSync(join(dataDir, 'uploads')), []);

  const create = ['snapshot', 'create', 'Sent', '--data-dir', dataDir];
  const without = await type(create);
  assert.deepEqual([without.code, /ARCHIVE_NOT_SENT/.test(without.err)], [4, true]);
  writeFileSync(file, archive.subarray(0, -20));
  const cut = await type([...create, '--archive', file]);
  assert.equal(cut.code, 4);
  assert.match(cut.err, /INVALID_ARCHIVE: .*the archive ends at byte \d+ .*cut off/);
  const nowhere = await type([...create, '--archive', join(directory, 'nowhere')]);
  assert.equal(nowhere.code, 2);
  assert.deepEqual(readdirSync(join(dataDir, 'uploads')), []);
});

test('a snapshot names the values that an export cannot show as they are stored', async () => {
  const dump = join(directory, 'bad-dump');
  writeMongodump(dump, { shop: { orders: { documents: [] } } });
  const [good, bad] = ['fine', 'x'].map((text) => Buffer.from(BSON.serialize({ _id: 7, text })));
  assert.ok(good !== undefined && bad !== undefined);
  bad[bad.indexOf('x\0')] = 0xff;
  writeFileSync(join(dump, 'shop', 'orders.bson'), Buffer.concat([good, bad]));
  await client('cluster', 'add', 'Bad', '--mongodump', dump);
  assert.match(
    await client('snapshot', 'create', 'Bad', '--watch'),
    /stored, in 1 document:\n {2}shop\.orders \{"\$numberInt":"7"\} text: invalidUtf8\n/,
  );
  const snapshot = await parsed('snapshot', 'create', 'Bad', '--watch');
  assert.ok(isJsonObject(snapshot));
  assert.deepEqual(
    [snapshot['badDocuments'], snapshot['badValues']],
    [1, [{ collection: 'shop.orders', _id: '{"$numberInt":"7"}', field: 'text', reason: 'invalidUtf8' }]],
  );
});

test('the files of one database are registered under the name that is given, and an empty dump where it is asked for', async () => {
  const dump = join(directory, 'dump');
  writeMongodump(dump, { shop: { orders: { documents: [{ _id: 1 }] } }, admin: { 'system.users': { documents: [] } } });
  const named = await client('cluster', 'add', 'One', '--mongodump', join(dump, 'shop'), '--database', 'market');
  assert.match(named, /A snapshot takes 1 collection: market\.orders\n/);
  const add = ['cluster', 'add', 'Empty', '--mongodump', join(dump, 'admin')];
  const refused = await type([...add, '--data-dir', dataDir]);
  assert.equal(refused.code, 4);
  assert.match(refused.err, /nothing to export; left out: admin\.system\.users/);
  assert.match(await client(...add, '--allow-empty'), /takes 0 collections/);
  assert.match(await client('snapshot', 'create', 'Empty', '--watch'), /completed/);
  const forbid = await type(['cluster', 'update', 'Empty', '--no-allow-empty', '--data-dir', dataDir]);
  assert.match(forbid.err, /nothing to export/);
  const strict = await parsed('cluster', 'update', 'Empty', '--strict');
  assert.ok(isJsonObject(strict));
  assert.deepEqual([strict['allowEmpty'], strict['strict']], [true, true]);
  assert.match(await client('cluster', 'update', 'Empty', '--no-strict'), /is updated/);
  const nothing = await type(['cluster', 'update', 'Empty', '--data-dir', dataDir]);
  assert.match(nothing.err, /nothing was given that could change the cluster/);
});

test('options for reading a running deployment are refused for a dump, because they would have no effect', async () => {
  const add = await type(['cluster', 'add', 'Slow', '--mongodump', DUMP, '--read-rate', '5', '--data-dir', dataDir]);
  assert.equal(add.code, 2);
  assert.match(add.err, /are for running deployments, and a dump is none/);
  await client('cluster', 'add', 'Slow', '--mongodump', DUMP);
  const update = await type(['cluster', 'update', 'Slow', '--when-history-ends', 'fall-back', '--data-dir', dataDir]);
  assert.equal(update.code, 2);
  assert.match(update.err, /are for running deployments, and the registered cluster Slow is none/);
});

test('a name that a server does not take is called by what it is, and a wrong event or role is named', async () => {
  const err = async (...argv: readonly string[]): Promise<string> => (await type([...argv, '--data-dir', dataDir])).err;
  const hook = ['http://127.0.0.1:9/hook', '--save', join(directory, 'unused')];
  assert.match(
    await err('webhook', 'create', 'a b', ...hook),
    /^longshore: the server does not take the value of the name\n/,
  );
  assert.match(
    await err('webhook', 'create', 'ab', ...hook, '--event', 'no.event'),
    /--event .*no\.event.*export\.successful, export\.failed/s,
  );
  assert.match(
    await err('webhook', 'create', 'ab', 'ftp://host/hook', ...hook.slice(1)),
    /WEBHOOK_URL_INVALID.*neither https.*\nGive <url> as an absolute https:\/\/ URL .*--webhook-hosts/,
  );
  const { out: help } = await type(['webhook', 'create', '--help']);
  const all = await parsed('webhook', 'create', 'all', hook[0] ?? '', '--save', join(directory, 'all'));
  const events: unknown = isJsonObject(all) && all['eventTypes'];
  assert.ok(Array.isArray(events));
  for (const event of events) assert.ok(help.includes(String(event)), String(event));
  await client('webhook', 'delete', 'all');
  const key = ['--description', 'ci', '--save', join(directory, 'unused')];
  assert.match(await err('key', 'create', ...key, '--role', 'NONE'), /Invalid role name 'NONE'/);
});

test('where buckets are directories, a role needs nothing at the provider; it is authorized, listed and deleted', async () => {
  const create = ['role', 'create', '--bucket', 'nightly'] as const;
  const created = await parsed(...create);
  const id = text(created, 'roleId');
  assert.deepEqual((created as Record<string, unknown>)['commands'], [], 'no policies with a placeholder');
  const azure = ['--service-url', 'https://account.blob.core.windows.net', '--azure-app-id', 'app'];
  const principal = ['--azure-service-principal-id', 'principal', '--azure-tenant-id', 'tenant'];
  for (const [provider, ...more] of [['AWS'], ['GCP'], ['AZURE', ...azure, ...principal]] as const) {
    const nothing = new RegExp(
      `may be used. Nothing has to be set up, because .* buckets of ${provider} in directories`,
    );
    assert.match(await client(...create, '--provider', provider, ...more), nothing);
  }
  const missing = await type([...create, '--provider', 'AZURE', ...azure, '--data-dir', dataDir]);
  assert.deepEqual([missing.code, /--azure-service-principal-id is missing/.test(missing.err)], [2, true]);
  assert.equal((await type(['role', 'authorize', id, '--data-dir', dataDir])).code, 2, 'AWS needs --arn');
  const arn = 'arn:aws:iam::123456789012:role/longshore-export';
  assert.match(await client('role', 'authorize', id, '--arn', arn), /is authorized with/);
  assert.match(await client('role', 'list'), new RegExp(`${id} +AWS +yes +${arn}`));
  assert.match(await client('role', 'delete', id), /is deleted/);
  assert.doesNotMatch(await client('role', 'list'), new RegExp(id));
});

test('a bucket is validated by its name or id through the server, and by its address without one', async () => {
  const id = text(await parsed('bucket', 'create', 'tried'), '_id');
  const folder = join(dataDir, 'buckets/tried/exported_snapshots');
  for (const bucket of ['tried', id, id.slice(0, -1), join(dataDir, 'buckets/tried')]) {
    assert.match(await client('bucket', 'validate', bucket), /^ok +open the bucket\n(ok .*\n){7}$/);
    const { usable, leftObjects } = (await parsed('bucket', 'validate', bucket)) as Record<string, unknown>;
    assert.deepEqual([usable, leftObjects], [true, []]);
  }
  assert.deepEqual(readdirSync(folder), ['.permissioncheck'], 'nothing stays behind');
  const unknown = await type(['bucket', 'validate', 'another', '--data-dir', dataDir]);
  assert.equal(unknown.code, 4);
  assert.match(unknown.err, /there is no bucket "another" of the project/);
  const missing = await type(['bucket', 'validate', join(dataDir, 'buckets/missing'), '--data-dir', dataDir]);
  assert.equal(missing.code, 1);
  assert.match(
    missing.out,
    /^failed +open the bucket\n +.*no bucket any more.*\n +Nothing can be exported.*\nskipped write/,
  );
  assert.match(missing.err, /exports cannot be written to .*missing/);
});

test('the access to a bucket is revoked, and its files stay', async () => {
  const id = text(await parsed('bucket', 'create', 'short-lived'), '_id');
  assert.match(await client('bucket', 'delete', id), /not exported to any more/);
  assert.doesNotMatch(await client('bucket', 'list'), /short-lived/);
  assert.ok(readdirSync(join(dataDir, 'buckets/short-lived')).includes('exported_snapshots'));
});

test('a connection string comes from the environment or a file, never from an argument', async () => {
  const nowhere = 'mongodb://root:hunter2@127.0.0.1:1/?serverSelectionTimeoutMS=100&connectTimeoutMS=100';
  const add = ['cluster', 'add', 'Running', '--data-dir', dataDir];
  const refused = await type([...add, '--mongodb-uri-env', 'MY_URI'], { MY_URI: nowhere });
  assert.equal(refused.code, 4);
  assert.match(refused.err, /127\.0\.0\.1:1/);
  assert.doesNotMatch(refused.out + refused.err, /hunter2/);
  const unset = await type([...add, '--mongodb-uri-env', 'NOT_SET']);
  assert.deepEqual([unset.code, /NOT_SET/.test(unset.err)], [2, true]);
  assert.equal((await type([...add, '--mongodb-uri-file', join(directory, 'nowhere')])).code, 2);
  assert.equal((await type([...add, '--mongodump', DUMP, '--mongodb-uri-env', 'MY_URI'], { MY_URI: nowhere })).code, 2);
});

test('clusters, buckets, snapshots and exports are named, never copied by id', async () => {
  await client('cluster', 'add', 'Named', '--mongodump', DUMP);
  const backup = await client('backup', 'Named', '--bucket', 'named-bucket', '--create-bucket', '--watch');
  assert.match(backup, /^Snapshot \w{24} of Named: completed, read 3\.3 MB, stored .* new\nConsistency: none\. /);
  assert.match(backup, /\nExport \w{24} of Named: Successful, 17 objects, 6,364 documents, .*\nexported_snapshots\//);
  assert.match(
    await client('bucket', 'create', 'named-bucket'),
    /may be exported to already.*\n.*longshore bucket validate named-bucket/,
  );
  assert.match(await client('bucket', 'show', 'named-bucket'), /provider +AWS\n +role +\w{24}\n/);
  const again = await client('export', 'create', 'Named', '--bucket', 'named-bucket', '--watch');
  assert.match(again, /Successful/);
  assert.match(await client('snapshot', 'watch', 'Named'), /completed/);
  assert.match(await client('snapshot', 'show', 'Named'), /read +3\.3 MB, 6,364 documents\n[^]*Consistency: none/);
  assert.match(await client('snapshot', 'list', 'Named'), / none +599\.0 kB/);
  assert.match(await client('export', 'watch', 'Named', 'latest'), /Successful/);
  assert.match(await client('export', 'show', 'Named'), /written +17 objects/);
  assert.match(await client('export', 'list', 'Named'), /Successful .* named-bucket /);
  assert.match(await client('cluster', 'show', 'Named'), /snapshots +1\n[^]*exports +2\n/);
  assert.match(await client('status', '--group-id', 'Project 0'), /Named +1 /);

  const id = text(await parsed('snapshot', 'show', 'Named'), 'id');
  const unique = await type(['snapshot', 'show', 'Named', id.slice(0, 23), '--data-dir', dataDir]);
  assert.equal(unique.code, 0, unique.err);
  const nowhere = await type(['export', 'create', 'Named', '--bucket', 'nowhere', '--data-dir', dataDir]);
  assert.equal(nowhere.code, 4);
  assert.match(nowhere.err, /there is no bucket "nowhere" of the project\nThere are: .*named-bucket \w{24}/);
  const many = await type(['export', 'show', 'Named', id.slice(0, 4), '--data-dir', dataDir]);
  assert.equal(many.code, 2);
  assert.match(many.err, /may be one of 2 exports of Named: \w{24}, \w{24}\n/);

  assert.match(await client('export', 'delete', 'Named', 'latest', '--dry-run'), /\.complete \(\d+ B\)\n/);
  assert.match(await client('export', 'delete', 'Named', 'latest'), /is deleted\.\n$/);
  const cancelled = await type(['export', 'cancel', 'Named', 'latest', '--data-dir', dataDir]);
  assert.match(cancelled.err, /EXPORT_JOB_HAS_ENDED/);
  const kept = await type(['cluster', 'delete', 'Named', '--data-dir', dataDir]);
  assert.deepEqual([kept.code, /has 1 snapshot,/.test(kept.err)], [2, true]);
  assert.match(await client('snapshot', 'delete', 'Named', id), /is deleted/);
  assert.equal(await client('cluster', 'delete', 'Named'), 'Cluster Named is deleted. It had no snapshots.\n');
});

test('what the server refuses about an argument is said in the words of the argument', async () => {
  await client('cluster', 'add', 'Words', '--mongodump', DUMP);
  const create = ['snapshot', 'create', 'Words', '--retention-days', '99999', '--data-dir', dataDir];
  const { code, err } = await type(create);
  assert.deepEqual(
    [code, err.split('\n')[0]],
    [4, 'longshore: the server does not take the value of --retention-days'],
  );
});

test('an API key is created into a private file, listed, rotated and deleted, and is in no output', async () => {
  const key = ['key', 'create', '--description', 'a job', '--role', 'GROUP_OWNER'];
  const nowhere = await type([...key, '--data-dir', dataDir]);
  assert.deepEqual([nowhere.code, /--save FILE/.test(nowhere.err)], [2, true]);
  const [first, second] = [join(directory, 'first.json'), join(directory, 'second.json')];
  const made = await client(...key, '--save', first);
  assert.equal(statSync(first).mode & 0o777, 0o600);
  const { privateKey } = JSON.parse(readFileSync(first, 'utf8')) as { privateKey: string };
  assert.ok(!made.includes(privateKey));
  assert.match((await type(['status', '--profile', first])).out, /answers/);
  const rotated = await parsed('key', 'rotate', 'a job', '--save', second);
  assert.equal(text(rotated, 'profile'), second);
  assert.equal((await type(['status', '--profile', first])).code, 4, 'the old key is deleted');
  assert.match((await type(['key', 'list', '--profile', second])).out, /\(this one\) +\w{24} +a job +GROUP_OWNER/);
  const third = join(directory, 'third.json');
  const own = await type(['key', 'rotate', 'a job', '--save', third, '--profile', second]);
  assert.match(own.err, /is deleted\. This command has used it: put the new one in the place of its profile/);
  assert.equal((await type(['status', '--profile', second])).code, 4);
  assert.match(await client('key', 'delete', 'a job'), /is deleted\.\n/);
  assert.equal((await type(['status', '--profile', third])).code, 4);
});

test('exit codes distinguish the kinds of failures', async () => {
  const cases: readonly (readonly [number, readonly string[], Record<string, string>?])[] = [
    [0, ['--help']],
    [0, ['--version']],
    [2, []],
    [2, ['cluster']],
    [2, ['nonsense']],
    [2, ['status', '--nonsense']],
    [2, ['status', '--data-dir', join(directory, 'nowhere')]],
    [2, ['snapshot', 'create', 'Cluster0', '--retention-days', '0', '--data-dir', dataDir]],
    [3, ['status', '--data-dir', dataDir, '--url', 'http://127.0.0.1:1']],
    [4, ['snapshot', 'list', 'NoSuchCluster', '--data-dir', dataDir]],
    [4, ['status', '--data-dir', dataDir], { LONGSHORE_PRIVATE_KEY: 'wrong' }],
    [5, ['init', '--data-dir', dataDir]],
    [2, ['export', 'verify', join(directory, 'nowhere')]],
    [1, ['export', 'verify', directory]],
    [2, ['export', 'verify', 'ftp://bucket']],
  ];
  for (const [code, argv, environment] of cases) {
    const result = await type(argv, environment);
    assert.equal(result.code, code, `${argv.join(' ')}: ${result.out}${result.err}`);
    if (code !== 0) assert.notEqual(result.err, '', argv.join(' '));
  }
});

test('an interrupted command says what continues, and ends with 130', async () => {
  const controller = new AbortController();
  const reason = new AppError({ code: 'INTERRUPTED', message: 'stopped by SIGINT' });
  let err = '';
  const sink = {
    write: (more: string) => {
      err += more;
      if (more.startsWith('snapshot:')) controller.abort(reason);
    },
  };
  const code = await run(['snapshot', 'create', 'Cluster0', '--watch', '--data-dir', dataDir], {
    terminal: createTerminal({ write: () => undefined }, sink, {}),
    clock: systemClock,
    signal: controller.signal,
    environment: {},
  });
  assert.equal(code, 130, err);
  assert.match(
    err,
    /stopped by SIGINT; the snapshot [0-9a-f]{24} of Cluster0 continues.*snapshot watch Cluster0 [0-9a-f]{24}/s,
  );
  // The command works as it stands.
  const [, printed = ''] = /`longshore ([^`]+)` waits/.exec(err) ?? [];
  const pasted = await typed(printed.split(' '));
  assert.equal(pasted.code, 0, `${printed}: ${pasted.err}`);
});

test('serve takes every option of servers that has a flag', async () => {
  const { out } = await type(['serve', '--help']);
  const records: readonly OptionRecord<unknown>[] = optionNames.map((name) => options[name]);
  const flags = records.flatMap(({ flag, for: reader }) => (flag === undefined || reader === 'client' ? [] : [flag]));
  assert.deepEqual(
    flags.filter((flag) => !out.includes(`${flag} `)),
    [],
  );
});

test('the guide to the command line has the exit codes that the program has, and every command', async () => {
  const guide = readFileSync(new URL('../../../docs/guides/cli.md', import.meta.url), 'utf8');
  const { out } = await type(['--help']);
  for (const [, code = '', meaning = ''] of out.matchAll(/^ {2,4}(\d+) {2}(.+)$/gm)) {
    assert.match(
      guide.replace(/\s+/g, ' '),
      new RegExp(`\\| ${code} \\| ${meaning.replace(/[.*+?()[\]{}|\\^$]/g, '\\$&')} \\|`),
    );
  }
  for (const command of [
    'demo',
    'serve',
    'init',
    'status',
    'cluster add',
    'cluster list',
    'bucket create',
    'bucket list',
  ]) {
    assert.ok(guide.includes(`longshore ${command}`), command);
  }
  for (const command of [
    'role create',
    'role authorize',
    'role list',
    'role delete',
    'bucket delete',
    'snapshot create',
    'snapshot list',
    'export create',
    'export list',
    'export verify',
  ]) {
    assert.ok(guide.includes(`longshore ${command}`), command);
  }
});

test('repository check runs beside the server, reports damage as JSON, and fails until a new snapshot has mended it', async () => {
  const check = async (...argv: string[]) => await type(['repository', 'check', '--data-dir', dataDir, ...argv]);
  await client('cluster', 'add', 'Checked', '--mongodump', DUMP);
  await client('snapshot', 'create', 'Checked', '--watch');
  const good = await check('--read-data');
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /^ok {2}\d+ snapshots?, \d+ blocks?: every block was read\n/);
  assert.match(good.err, /check: reading, [\d.]+ kB of [\d.]+ kB, \d+ of \d+ blocks/);
  const blocks = join(dataDir, 'repository', 'blocks');
  const [folder = ''] = readdirSync(blocks);
  const [sha256 = ''] = readdirSync(join(blocks, folder));
  appendFileSync(join(blocks, folder, sha256), 'x');
  const bad = await check('--json');
  assert.equal(bad.code, 1);
  assert.match(bad.err, /^longshore: damaged: [1-9].*\nTake a new snapshot of /m);
  const report = JSON.parse(bad.out) as { damagedBlocks: { sha256: string }[]; hurtSnapshots: object[] };
  assert.deepEqual(
    report.damagedBlocks.map((block) => block.sha256),
    [sha256],
  );
  assert.ok(report.hurtSnapshots.length > 0);
  assert.match((await check()).out, new RegExp(`BAD .*\n {4}snapshot \\w{24} of \\w+ lacks 1 block of [^]*${sha256}`));
  await client('snapshot', 'create', 'Checked', '--watch');
  assert.equal((await check('--read-data')).code, 0);
  assert.equal((await type(['repository', 'check', '--data-dir', join(directory, 'nowhere')])).code, 2);
});

test('a schedule is shown, changed and deleted', async () => {
  const dump = join(directory, 'scheduled');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await client('cluster', 'add', 'Scheduled', '--mongodump', dump);
  const shown = await client('schedule', 'show', 'Scheduled');
  assert.match(shown, /^FREQUENCY +TAKEN +KEPT FOR\nhourly +every 6 hours +7 days\ndaily +every day +7 days\n/);
  assert.match(shown, /The next snapshot of Scheduled is taken at 20\d\d-/);
  const bucketId = text(await parsed('bucket', 'create', 'scheduled-bucket'), '_id');
  const changed = await client(
    ...['schedule', 'update', 'Scheduled', '--item', 'daily:3d', '--item', 'weekly:sunday:2w', '--time', '03:05'],
    ...['--export-bucket', bucketId, '--export-frequency', 'weekly', '--names-in-prefix'],
  );
  assert.match(changed, /^FREQUENCY.*\ndaily +every day +3 days\nweekly +every Sunday +2 weeks\n\n/);
  assert.match(changed, /the time of day is 03:05 UTC/);
  assert.match(changed, /exported to the bucket scheduled-bucket: weekly/);
  const refused = await type(['bucket', 'delete', bucketId, '--data-dir', dataDir]);
  assert.match(refused.err, /The schedule of the cluster Scheduled exports to it/);
  assert.match(await client('schedule', 'update', 'Scheduled', '--no-export'), /not exported by themselves/);
  assert.match(await client('schedule', 'delete', 'Scheduled'), /^No snapshot of Scheduled is scheduled any more/);
  assert.match(await client('schedule', 'show', 'Scheduled'), /^No snapshot of Scheduled is scheduled\./);
  for (const [argv, reason] of [
    [['--time', '24:00'], /Give hours and minutes/],
    [['--item', 'daily'], /Give frequency, interval and retention/],
    [[], /nothing was given/],
    [['--no-export', '--export-bucket', bucketId], /contradicts/],
    [['--item', 'weekly:1:1d'], /shorter than the time between two/],
  ] as const) {
    const wrong = await type(['schedule', 'update', 'Scheduled', ...argv, '--data-dir', dataDir]);
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.err, reason);
  }
});
