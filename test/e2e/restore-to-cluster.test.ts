import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serialize } from 'bson';
import { prefixesOf } from '../support/exported.ts';
import { ferretdbFound, startFerretdb } from '../support/ferretdb.ts';
import { initialize, longshore, serve, startLongshore, type Initial, type Server } from '../support/longshore.ts';
import { writeMongodump, type DumpedDatabases } from '../support/mongodump.ts';
import { Project } from '../support/project.ts';
import { startScriptedMongodb, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// A server restores exports in its buckets and dumps on its machine to clusters that are registered with it.

const directory = temporaryDirectory('restore-to-cluster');
const home = directory.path;
const dataDirectory = join(home, 'data');
const bucket = join(dataDirectory, 'buckets', 'exports');
const dumps = join(home, 'dumps');
const LIMIT = { timeout: 120_000 };

/** Of several blocks and requests. */
const MANY = Array.from({ length: 12_000 }, (_, number) => ({ _id: number, text: `${number} `.padEnd(900, 'x') }));
const SHOP: DumpedDatabases = {
  shop: {
    orders: { documents: MANY, indexes: [{ v: 2, key: { text: 1 }, name: 'text_1' }] },
    'parts & pieces': { documents: [{ _id: 1 }] },
  },
  other: { things: { documents: [{ _id: 'a' }] } },
};
const EXPECTED = MANY.map((document) => Buffer.from(serialize(document)).toString('hex')).sort();

let initial: Initial;
let server: Server;
let snapshotId: string;
let exportId: string;
let bucketId: string;
/** That of the export. */
let prefix: string;

const start = async (): Promise<Server> => await serve(dataDirectory, home, initial, ['--dump-root', dumps]);

before(async () => {
  writeMongodump(join(dumps, 'shop'), SHOP);
  writeMongodump(join(home, 'secret'), SHOP);
  initial = await initialize(dataDirectory, home);
  server = await start();
  await server.project.cluster('shop', join(dumps, 'shop'));
  snapshotId = await server.project.completedSnapshot('shop');
  bucketId = await server.project.bucket('exports');
  exportId = await server.project.successfulExport('shop', snapshotId, bucketId);
  prefix = prefixesOf(bucket)[0] ?? assert.fail('nothing was exported');
});
after(async () => {
  await server[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

const commandOf = (options: readonly string[]): readonly string[] => [
  ...['restore', ...options, '--data-dir', dataDirectory, '--url', server.url],
];
const restore = async (...options: readonly string[]) => await longshore(commandOf(options), { home });

/** Starts an empty deployment, and registers it as a cluster. */
async function target(name: string): Promise<ScriptedMongodb> {
  const deployment = await startScriptedMongodb({ topology: 'standalone' });
  await server.project.liveCluster(name, deployment.uri);
  return deployment;
}

function contentOf({ deployment }: ScriptedMongodb, database: string, name: string): readonly string[] {
  const found = deployment.history.collection(database, name)?.documents;
  assert.ok(Array.isArray(found), `there is no ${database}.${name}`);
  return (found as Uint8Array[]).map((document) => Buffer.from(document).toString('hex')).sort();
}

/** Requires that the deployment holds the whole dump. */
function requireWhole(deployment: ScriptedMongodb): void {
  assert.deepEqual(contentOf(deployment, 'shop', 'orders'), EXPECTED);
  const indexes = deployment.deployment.history.collection('shop', 'orders')?.indexes ?? [];
  assert.deepEqual(
    indexes.map((index) => index['name']),
    ['_id_', 'text_1'],
  );
  assert.equal(contentOf(deployment, 'shop', 'parts & pieces').length, 1);
  assert.equal(contentOf(deployment, 'other', 'things').length, 1);
}

test('an export in a bucket is restored by each of its addresses', LIMIT, async () => {
  await using deployment = await target('addressed');
  for (const address of [
    `exports/${prefix}`,
    `${bucketId}/${prefix}/`,
    `s3://exports/${prefix}`,
    join(bucket, prefix),
    bucket,
  ]) {
    const { code, stdout, stderr } = await restore(address, 'addressed', '--drop');
    assert.equal(code, 0, `${address}: ${stderr}`);
    assert.ok(stdout.startsWith(`ok  ${prefix} of exports is in addressed: every document was read back and compared`));
    assert.match(stdout, /3 collections, 12,002 documents/);
    requireWhole(deployment);
  }
});

test(
  'collections are chosen and renamed, of exports, snapshots and dumps, and a trial changes nothing',
  LIMIT,
  async () => {
    for (const [source, name] of [
      [`exports/${prefix}`, 'some-of-export'],
      ['shop', 'some-of-snapshot'],
      [join(dumps, 'shop'), 'some-of-dump'],
    ] as const) {
      await using deployment = await target(name);
      const chosen = ['--include', 'shop', '--exclude', 'shop.orders', '--rename', 'shop.parts & pieces=new.parts'];
      const planned = await restore(source, name, ...chosen, '--dry-run');
      assert.equal(planned.code, 0, planned.stderr);
      assert.match(planned.stdout, /Would restore .*\n {2}new\.parts \(shop\.parts & pieces\)/);
      assert.deepEqual(deployment.deployment.history.databases(), []);
      const restored = await restore(source, name, ...chosen, '--json');
      assert.equal(restored.code, 0, restored.stderr);
      const job = JSON.parse(restored.stdout) as {
        readonly rename: unknown;
        readonly report: { readonly collections: readonly { readonly proof: string }[]; readonly documents: number };
      };
      assert.deepEqual(job.rename, [{ from: 'shop.parts & pieces', to: 'new.parts' }]);
      assert.deepEqual(
        job.report.collections.map(({ proof }) => proof),
        ['equal'],
      );
      assert.deepEqual(deployment.deployment.history.databases(), ['new']);
      assert.equal(contentOf(deployment, 'new', 'parts').length, 1);
      const again = await restore(source, name, ...chosen);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /holds documents already in new\.parts[\s\S]*--drop/);
      const nothing = await restore(source, name, '--include', 'nothing');
      assert.match(nothing.stderr, /nothing of .* would be restored/);
    }
  },
);

test('an export stands for itself when its snapshot was deleted', LIMIT, async () => {
  const deleted = await server.project.completedSnapshot('shop');
  const id = await server.project.successfulExport('shop', deleted, bucketId);
  await server.project.send('DELETE', `/clusters/shop/backup/snapshots/${deleted}`);
  await using deployment = await target('after-snapshot');
  const { code, stdout, stderr } = await restore(`shop/${id}`, 'after-snapshot');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ok +exported_snapshots\/\S+ of exports is in after-snapshot/);
  requireWhole(deployment);
  const whole = await restore(exportId, 'after-snapshot', '--drop');
  assert.match(whole.stdout, new RegExp(`^ok +snapshot ${snapshotId} of shop is in`));
});

test('an export that Atlas wrote is restored, and one that was not finished on request', LIMIT, async () => {
  const folder =
    'exported_snapshots/5f1e2d3c4b5a69788796a5b4/6a5b4c3d2e1f0a9b8c7d6e5f/Cluster0/2026-08-10T0335/1786332905';
  for (const entry of readdirSync(join(bucket, prefix), { recursive: true, encoding: 'utf8' })) {
    if (!/\.gz$|metadata\.json$/.test(entry)) continue;
    mkdirSync(join(bucket, folder, entry, '..'), { recursive: true });
    cpSync(join(bucket, prefix, entry), join(bucket, folder, entry));
  }
  await using deployment = await target('from-atlas');
  const unfinished = await restore(`exports/${folder}`, 'from-atlas');
  assert.equal(unfinished.code, 1);
  assert.match(unfinished.stderr, /\.complete is missing[\s\S]*--allow-incomplete/);
  const allowed = await restore(`exports/${folder}`, 'from-atlas', '--allow-incomplete');
  assert.equal(allowed.code, 0, allowed.stderr);
  writeFileSync(join(bucket, folder, '.complete'), '');
  const { code, stderr } = await restore(`exports/${folder}`, 'from-atlas', '--drop');
  assert.equal(code, 0, stderr);
  requireWhole(deployment);
  const ambiguous = await restore('s3://exports', 'from-atlas');
  assert.equal(ambiguous.code, 1);
  assert.match(ambiguous.stderr, /there are \d exports in exports[\s\S]*5f1e2d3c4b5a69788796a5b4/);
  rmSync(join(bucket, folder), { recursive: true });
});

test('a dump and an archive are restored where the server may read them, and nowhere else', LIMIT, async () => {
  const archive = join(dumps, 'shop.archive');
  const made = await longshore(['restore', join(dumps, 'shop'), '--to-archive', archive], { home });
  assert.equal(made.code, 0, made.stderr);
  await using deployment = await target('dumped');
  for (const source of [join(dumps, 'shop'), archive]) {
    const { code, stderr } = await restore(source, 'dumped', '--drop');
    assert.equal(code, 0, stderr);
    requireWhole(deployment);
  }
  for (const [source, words] of [
    [join(home, 'secret'), /dumps may not be read from \S+secret; the server's option --dump-root/],
    [join(dumps, '..', 'secret'), /dumps may not be read from/],
    [join(dataDirectory, 'repository'), /dumps may not be read from/],
    [join(dumps, 'missing'), /missing/],
  ] as const) {
    const refused = await restore(source, 'dumped');
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stderr, words);
  }
});

test('a hostile place or name is refused, and leads nowhere', LIMIT, async () => {
  await using deployment = await target('hostile');
  for (const [options, words] of [
    [['exports/../exports'], /RESTORE_SOURCE_INVALID/],
    [['s3://exports/a/../../b'], /RESTORE_SOURCE_INVALID/],
    [['s3://nobody/a'], /RESTORE_SOURCE_NOT_FOUND/],
    [['gs://exports/a'], /RESTORE_SOURCE_NOT_FOUND/],
    [['az://exports/exports'], /RESTORE_SOURCE_NOT_FOUND/],
    [['nobody/a/b'], /RESTORE_SOURCE_NOT_FOUND/],
    [['exports/%2e%2e/%2e%2e'], /there is no export in exports under %2e%2e/],
    [[`exports/${prefix}/shop/../..`], /RESTORE_SOURCE_INVALID/],
    [[`exports/${prefix}`, '--rename', 'shop=config'], /cannot be restored as config\.\S+, because MongoDB keeps/],
    [
      [`exports/${prefix}`, '--rename', 'other.things=admin.system.users'],
      /cannot be restored as admin\.system\.users/,
    ],
    [[`exports/${prefix}`, '--include', '*a'.repeat(200)], /nothing of .* would be restored/],
  ] as const) {
    const [source, ...more] = options;
    const { code, stderr } = await restore(source, 'hostile', ...more);
    assert.ok(code === 1 || code === 4, `${options.join(' ')}: ${String(code)} ${stderr}`);
    assert.match(stderr, words);
  }
  assert.deepEqual(deployment.deployment.history.databases(), []);
});

test(
  'projects that share a bucket do not read the exports of each other, except by name of the project',
  LIMIT,
  async () => {
    const other = await Project.create(server.client, initial.orgId, 'other');
    await using deployment = await startScriptedMongodb({ topology: 'standalone' });
    await other.liveCluster('elsewhere', deployment.uri);
    await other.bucket('exports');
    const inOther = ['elsewhere', '--group-id', other.groupId];
    for (const place of [`exports/${prefix}`, 's3://exports', join(bucket, prefix)]) {
      const { code, stderr } = await restore(place, ...inOther);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /there is no export in exports/);
      assert.doesNotMatch(stderr, new RegExp(initial.groupId, place === 's3://exports' ? '' : 'y'));
    }
    const { code, stdout, stderr } = await restore(`exports/${prefix}`, 'elsewhere', '--target-group-id', 'other');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /is in elsewhere/);
    requireWhole(deployment);
  },
);

test('an object that is damaged ends the restore with its name', LIMIT, async () => {
  const copy = 'copies/damaged';
  cpSync(join(bucket, prefix), join(bucket, copy), { recursive: true });
  const folder = join(bucket, copy, 'other', 'things');
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.gz')) ?? assert.fail());
  const bytes = readFileSync(file);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await using deployment = await target('damaged');
  const { code, stderr } = await restore(`exports/${copy}`, 'damaged', '--include', 'other');
  assert.equal(code, 1);
  assert.match(stderr, /other\/things\/\S+ of the export is damaged[\s\S]*longshore export verify/);
  assert.deepEqual(deployment.deployment.history.collection('other', 'things')?.documents ?? [], []);
});

/** Lets a number of inserts through, then calls a function once, and lets nothing more through until it has ended. */
function afterInserts({ deployment }: ScriptedMongodb, count: number, act: () => Promise<unknown>): void {
  let left = count;
  let acting: Promise<unknown> | undefined;
  deployment.script = async ({ name }) => {
    if (name !== 'insert' || left-- > 0) return undefined;
    acting ??= act();
    await acting;
    return undefined;
  };
}

for (const [source, name] of [
  [() => `exports/${prefix}`, 'export'],
  [() => join(dumps, 'shop'), 'dump'],
] as const) {
  test(
    `a restore of the ${name} goes on after server and command were killed, and the command joins it`,
    LIMIT,
    async () => {
      const cluster = `killed-${name}`;
      await using deployment = await target(cluster);
      const killed = server.process;
      const command = startLongshore(commandOf([source(), cluster]), { home });
      afterInserts(deployment, 2, async () => {
        await command.end('SIGKILL');
        await killed.end('SIGKILL');
      });
      assert.equal((await killed.finished()).signal, 'SIGKILL');
      const written = deployment.deployment.history.collection('shop', 'orders')?.documents ?? [];
      assert.ok(Array.isArray(written) && written.length < MANY.length);
      // The inserts wait until the command has found the job.
      const found = Promise.withResolvers<undefined>();
      deployment.deployment.script = ({ name: request }) => (request === 'insert' ? found.promise : undefined);
      server = await start();
      const again = startLongshore(commandOf([source(), cluster]), { home });
      await again.output(/The restore job [0-9a-f]{24} does this already/).finally(() => found.resolve(undefined));
      const { code, stdout, stderr } = await again.finished();
      assert.equal(code, 0, stderr);
      assert.match(stdout, /every document was read back and compared[\s\S]*12,002 documents/);
      requireWhole(deployment);
    },
  );
}

test('another restore to the same cluster waits its turn, and a cancelled one writes nothing more', LIMIT, async () => {
  await using deployment = await target('cancelled');
  const jobs = '/clusters/cancelled/backup/restoreJobs';
  const begun = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  deployment.deployment.script = async ({ name }) => {
    if (name !== 'insert') return undefined;
    begun.resolve(undefined);
    await released.promise;
    return undefined;
  };
  const command = startLongshore(commandOf([`exports/${prefix}`, 'cancelled']), { home });
  await begun.promise;
  const busy = await restore(`exports/${prefix}`, 'cancelled', '--include', 'other');
  assert.equal(busy.code, 4, busy.stderr);
  assert.match(busy.stderr, /RESTORE_TARGET_IN_USE/);
  await assert.rejects(server.project.send('DELETE', `/backup/exportBuckets/${bucketId}`), /BUCKET_IN_USE/);
  const listed = JSON.parse((await server.project.send('GET', jobs)).text) as { results: { id: string }[] };
  const cancelling = server.project.send('DELETE', `${jobs}/${listed.results[0]?.id ?? assert.fail('no job')}`);
  released.resolve(undefined);
  await cancelling;
  const { code, stderr } = await command.finished();
  assert.equal(code, 1);
  assert.match(stderr, /the restore job [0-9a-f]{24} is cancelled/);
  const inserts = () => deployment.deployment.requests.filter(({ name }) => name === 'insert').length;
  const before = inserts();
  const { text } = await server.project.send('GET', jobs);
  assert.match(text, /"cancelled":true,"deliveryType":"automated".*"failed":false/);
  assert.doesNotMatch(text, /snapshotId/);
  assert.equal(inserts(), before);
});

test('FerretDB takes an export of a bucket', { ...LIMIT, ...skipUnless('ferretdb', ferretdbFound()) }, async () => {
  const ferretdb = await startFerretdb();
  try {
    await server.project.liveCluster('ferret', ferretdb.uri);
    const { code, stdout, stderr } = await restore(`exports/${prefix}`, 'ferret');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /every document was read back and compared[\s\S]*12,002 documents/);
  } finally {
    await ferretdb.stop();
  }
});
