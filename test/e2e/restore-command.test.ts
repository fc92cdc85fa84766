import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { serialize } from 'bson';
import { initialize, longshore, serve, startLongshore, type Initial, type Server } from '../support/longshore.ts';
import { writeMongodump, type DumpedDatabases } from '../support/mongodump.ts';
import { Project } from '../support/project.ts';
import { startScriptedMongodb, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// `longshore restore` with a server: as the source, and with one of its clusters as the target. And with a dump as the source.

const directory = temporaryDirectory('restore-command');
const home = directory.path;
const dataDirectory = join(home, 'data');
/** Of several blocks. */
const MANY = Array.from({ length: 12_000 }, (_, number) => ({ _id: number, text: `${number} `.padEnd(900, 'x') }));
const BIG: DumpedDatabases = {
  shop: {
    orders: { documents: MANY, indexes: [{ v: 2, key: { text: 1 }, name: 'text_1' }] },
    'parts & pieces': { documents: [{ _id: 1 }] },
    view: { documents: [], type: 'view', options: { viewOn: 'orders', pipeline: [] } },
  },
  other: { things: { documents: [{ _id: 1 }] } },
};
let initial: Initial;
let server: Server;
let deployment: ScriptedMongodb;
let snapshotId: string;
let exportId: string;

before(async () => {
  const dump = join(home, 'dump');
  writeMongodump(dump, { shop: { orders: { documents: [{ _id: 1 }, { _id: 2 }] } } });
  writeMongodump(join(home, 'big'), BIG);
  initial = await initialize(dataDirectory, home);
  server = await serve(dataDirectory, home, initial);
  await server.project.cluster('shop', dump);
  snapshotId = await server.project.completedSnapshot('shop');
  exportId = await server.project.successfulExport('shop', snapshotId, await server.project.bucket('exports'));
  deployment = await startScriptedMongodb({ topology: 'standalone' });
  await server.project.liveCluster('staging', deployment.uri);
  await server.project.cluster('big', join(home, 'big'));
  await server.project.completedSnapshot('big');
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await deployment.stop();
  directory[Symbol.dispose]();
});

const restore = async (...options: readonly string[]) =>
  await longshore(['restore', ...options, '--data-dir', dataDirectory, '--url', server.url], { home });

test('each way to name a snapshot leads to it', async () => {
  for (const source of ['shop', 'shop/latest', `shop/${snapshotId}`, snapshotId, exportId, `shop/${exportId}`]) {
    deployment.deployment.set('shop', 'orders', undefined);
    const { code, stdout, stderr } = await restore(source, 'staging');
    assert.equal(code, 0, `${source}: ${stderr}`);
    assert.match(stdout, /^ok +snapshot [0-9a-f]{24} of shop is in staging: every document was read back and compared/);
    assert.match(stdout, /1 collection, 2 documents/);
  }
});

test('a target that holds documents is refused with the options that decide, and --drop decides', async () => {
  const refused = await restore('shop', 'staging');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /holds documents already in shop\.orders[\s\S]*--drop/);
  assert.equal(refused.stderr.match(/Say what to do/g)?.length, 1);
  const { code, stdout } = await restore('shop', 'staging', '--drop', '--json');
  assert.equal(code, 0);
  assert.match(stdout, /^\{.*"state":"completed".*"report":\{.*\}\n$/);
});

test('what cannot be is refused in the words of the arguments, and nothing is started', async () => {
  for (const [options, code, words] of [
    [['s3://bucket', 'staging'], 4, /RESTORE_SOURCE_NOT_FOUND: s3:\/\/bucket is neither in an export bucket/],
    [['shop', 'staging', '--state', 'x'], 2, /--state and the cluster staging exclude each other/],
    [['shop', 'staging', '--rename', 'shop=a.b'], 2, /--rename is "shop=a\.b", which is not FROM=TO/],
    [['shop', 'staging', '--rename', 'a=b', '--rename', 'a=c'], 2, /--rename gives a two names/],
    [['shop', 'staging', '--to-dump', 'x'], 2, /--to-dump and the cluster staging exclude each other/],
    [['shop', 'staging', '--drop', '--if-exists', 'skip'], 2, /contradict each other/],
    [['shop', 'staging', '--oplog-replay'], 4, /SNAPSHOT_HAS_NO_OPLOG/],
    [['shop', 'nowhere'], 4, /there is no cluster "nowhere"/],
    [['nothing', 'staging'], 4, /there is no cluster "nothing"/],
    [['shop/ffff', 'staging'], 4, /there is no snapshot "ffff" of shop/],
    [['f'.repeat(24), 'staging'], 4, /has a snapshot or an export with the id ffff/],
    [['shop', 'shop'], 4, /RESTORE_TARGET_INVALID/],
  ] as const) {
    const run = await restore(...options);
    assert.equal(run.code, code, `${options.join(' ')}: ${run.stderr}`);
    assert.match(run.stderr, words);
  }
});

test('a cluster of another project is named with its project', async () => {
  const other = await Project.create(server.client, initial.orgId, 'other project');
  await using empty = await startScriptedMongodb({ topology: 'standalone' });
  await other.liveCluster('elsewhere', empty.uri);
  const unknown = await restore('shop', 'elsewhere');
  assert.equal(unknown.code, 4, unknown.stderr);
  const { code, stdout, stderr } = await restore('shop', 'elsewhere', '--target-group-id', 'other project');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /of shop is in elsewhere: every document was read back and compared/);
  const lost = await restore('shop', '--target-group-id', 'other project', '--to-dump', join(home, 'nowhere'));
  assert.equal(lost.code, 2, lost.stderr);
  assert.ok(!existsSync(join(home, 'nowhere')));
});

const hexOf = (documents: Iterable<Uint8Array>) =>
  [...documents].map((each) => Buffer.from(each).toString('hex')).sort();

function documentsIn({ deployment: { history } }: ScriptedMongodb, database: string, name: string): readonly string[] {
  const found = history.collection(database, name)?.documents;
  return hexOf(typeof found === 'function' ? found() : (found ?? []));
}

const EXPECTED = hexOf(MANY.map((document) => serialize(document)));

/** Requires that a directory holds the files of the big dump. */
function requireSameDump(directory: string): void {
  for (const database of ['shop', 'other']) {
    const names = readdirSync(join(home, 'big', database));
    assert.deepEqual(readdirSync(join(directory, database)), names);
    for (const name of names.filter((each) => each.endsWith('.bson'))) {
      const [ours, original] = [join(directory, database, name), join(home, 'big', database, name)];
      assert.ok(readFileSync(ours).equals(readFileSync(original)), name);
    }
  }
}

/** Requires that no directory for temporary files is left. */
function requireNothingLeft(): void {
  assert.deepEqual(
    readdirSync(home).filter((each) => each.startsWith('longshore-restore-')),
    [],
  );
}

const IN_DATA_DIRECTORY = () => ({ home });
/** As on another machine, which has no data directory of the server. */
const REMOTE = () => {
  const { publicKey, privateKey, groupId } = initial;
  return {
    home,
    env: {
      LONGSHORE_URL: server.url,
      LONGSHORE_PUBLIC_KEY: publicKey,
      LONGSHORE_PRIVATE_KEY: privateKey,
      LONGSHORE_GROUP_ID: groupId,
      LONGSHORE_DATA_DIR: join(home, 'of-the-client'),
    },
  };
};

for (const [where, source, surroundings, more] of [
  ['a snapshot of a server on another machine', 'big/latest', REMOTE, []],
  ['a snapshot of a server', 'big', IN_DATA_DIRECTORY, ['--data-dir', dataDirectory]],
  ['a dump', join(home, 'big'), IN_DATA_DIRECTORY, []],
  ['an archive', join(home, 'big.archive'), IN_DATA_DIRECTORY, []],
] as const) {
  suite(where, () => {
    const name = where.replaceAll(' ', '-');
    const start = (options: readonly string[], uri = '') => {
      const { env, ...rest } = { env: {}, ...surroundings() };
      const url = more.length > 0 ? ['--url', server.url] : [];
      return startLongshore(['restore', source, ...options, ...more, ...url], {
        ...rest,
        env: { ...env, TARGET: uri, TMPDIR: home },
      });
    };
    const run = async (options: readonly string[], uri = '') => await start(options, uri).finished();
    const into = ['--mongodb-uri-env', 'TARGET'];

    before(async () => {
      if (source !== join(home, 'big.archive') || existsSync(source)) return;
      const made = await longshore(['restore', join(home, 'big'), '--to-archive', source], { home });
      assert.equal(made.code, 0, made.stderr);
    });

    test('is written as a dump byte for byte, and as an archive', async () => {
      const directory = join(home, `dump-of-${name}`);
      const dumped = await run(['--to-dump', directory]);
      assert.equal(dumped.code, 0, dumped.stderr);
      requireSameDump(directory);
      const archive = join(home, `archive-of-${name}`);
      const archived = await run(['--to-archive', archive, '--gzip']);
      assert.equal(archived.code, 0, archived.stderr);
      const again = join(home, `again-of-${name}`);
      const unpacked = await longshore(['restore', archive, '--to-dump', again], { home, env: { TMPDIR: home } });
      assert.equal(unpacked.code, 0, unpacked.stderr);
      requireSameDump(again);
      requireNothingLeft();
    });

    test('is restored to a deployment, of which the options choose', async () => {
      await using target = await startScriptedMongodb({ topology: 'standalone' });
      const planned = await run([...into, '--dry-run'], target.uri);
      assert.equal(planned.code, 0, planned.stderr);
      assert.match(planned.stdout, /Would restore/);
      assert.deepEqual(target.deployment.history.databases(), []);
      const chosen = [...into, '--include', 'shop', '--exclude', 'shop.parts*', '--rename', 'shop.orders=new.orders'];
      const first = await run([...chosen, '--exclude', 'shop.view'], target.uri);
      assert.equal(first.code, 0, first.stderr);
      assert.match(first.stdout, /every document was read back and compared[\s\S]*1 collection, 12,000 documents/);
      assert.deepEqual(target.deployment.history.databases(), ['new']);
      assert.deepEqual(documentsIn(target, 'new', 'orders'), EXPECTED);
      const whole = await run(into, target.uri);
      assert.equal(whole.code, 0, whole.stderr);
      assert.deepEqual(documentsIn(target, 'shop', 'orders'), EXPECTED);
      assert.equal(target.deployment.history.collection('shop', 'orders')?.indexes?.at(-1)?.['name'], 'text_1');
      const refused = await run(into, target.uri);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /holds documents already/);
      const dropped = await run([...into, '--drop'], target.uri);
      assert.equal(dropped.code, 0, dropped.stderr);
    });

    test('continues after a kill', async () => {
      await using target = await startScriptedMongodb({ topology: 'standalone' });
      const child = start(into, target.uri);
      let left = 2;
      target.deployment.script = ({ name: command }) => {
        if (command === 'insert' && left-- === 0) child.child.kill('SIGKILL');
        return undefined;
      };
      assert.equal((await child.finished()).signal, 'SIGKILL');
      target.deployment.script = () => undefined;
      const { code, stderr } = await run(into, target.uri);
      assert.equal(code, 0, stderr);
      assert.deepEqual(documentsIn(target, 'shop', 'orders'), EXPECTED);
      requireNothingLeft();
    });
  });
}

test('the link of a restore that SIGTERM stops is ended, too', async () => {
  await using target = await startScriptedMongodb({ topology: 'standalone' });
  const options = ['--mongodb-uri-env', 'TARGET'];
  const { env, ...rest } = REMOTE();
  const child = startLongshore(['restore', 'big/latest', ...options], { ...rest, env: { ...env, TARGET: target.uri } });
  target.deployment.script = ({ name }) => {
    if (name === 'insert') child.child.kill('SIGTERM');
    return undefined;
  };
  const { code, stderr } = await child.finished();
  assert.equal(code, 130, stderr);
  assert.match(stderr, /stopped by SIGTERM; the restore has stopped, too, and no job of a server goes on/);
  const list = await server.project.send('GET', '/clusters/big/backup/restoreJobs');
  const { results } = JSON.parse(list.text) as { results: { cancelled: boolean }[] };
  assert.equal(results[0]?.cancelled, true);
});

test('the link of a restore from a server is ended, and the job says what was done', async () => {
  const list = await server.project.send('GET', '/clusters/big/backup/restoreJobs');
  const jobs = JSON.parse(list.text) as { results: { cancelled: boolean; deliveryType: string }[] };
  assert.ok(jobs.results.length >= 8);
  assert.ok(jobs.results.every(({ deliveryType }) => deliveryType === 'download'));
  // Those of the two restores that were killed expire by themselves.
  assert.equal(jobs.results.filter(({ cancelled }) => !cancelled).length, 2);
});

test('what is neither here nor on a server is named as it was given', async () => {
  const env = { LONGSHORE_URL: 'http://127.0.0.1:1', LONGSHORE_DATA_DIR: join(home, 'of-the-client') };
  for (const [source, code, words] of [
    ['backup', 2, /backup is no file or directory here, so it is looked for on a server: there is no API key/],
    [snapshotId, 2, /[0-9a-f]{24} is no file or directory here/],
    ['./backup', 1, /there is no export in \.\/backup, because there is no directory \S+\/backup\n/],
    ['exports/shop', 1, /there is no export in exports\/shop/],
  ] as const) {
    const run = await longshore(['restore', source, '--to-dump', join(home, 'never')], { home, env });
    assert.match(run.stderr, words);
    assert.equal(run.code, code, source);
  }
});

test('without the server, the error offers the snapshots that the data directory has', async () => {
  const where = ['--data-dir', dataDirectory, '--url', 'http://127.0.0.1:1'];
  for (const source of ['shop', 'shop/latest']) {
    const run = await longshore(['restore', source, '--to-dump', join(home, 'never'), ...where], { home });
    assert.equal(run.code, 3, run.stderr);
    assert.match(run.stderr, new RegExp(`give the id of a snapshot in \\S+ instead, such as ${snapshotId} \\(shop, `));
  }
});
