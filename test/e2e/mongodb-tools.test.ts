import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { BSON, BSONRegExp, Decimal128, Double, Long, ObjectId, Timestamp, UUID } from 'bson';
import { prefixesOf } from '../support/exported.ts';
import { isOnPath } from '../support/is-on-path.ts';
import { initialize, longshore, Running, serve, type Server } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { startScriptedMongodb, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// MongoDB's own tools restore what Longshore writes: dumps, archives, downloads and exports.

const directory = temporaryDirectory('mongodb-tools');
const home = directory.path;
const dataDirectory = join(home, 'data');
const LIMIT = { timeout: 120_000 };

const TYPES = [
  { _id: 1, int: 1, long: Long.fromString('9007199254740993'), double: new Double(1), minusZero: new Double(-0) },
  { _id: new ObjectId('66b5c0ffee0123456789abcd'), text: 'ä 海 🚢', date: new Date(0), flag: true, nothing: null },
  { _id: 'nested', list: [1, [2], { three: 3 }], decimal: Decimal128.fromString('1.50'), uuid: new UUID() },
  { _id: 4, regex: new BSONRegExp('^a', 'i'), time: new Timestamp({ t: 1, i: 2 }), binary: Buffer.from('bytes') },
];
const ORDERS = Array.from({ length: 5000 }, (_, _id) => ({ _id, text: 'x'.repeat(_id % 300) }));

let server: Server;
let snapshotId: string;

before(async () => {
  const dump = join(home, 'dump');
  const indexes = [
    { v: 2, key: { _id: 1 }, name: '_id_' },
    { v: 2, key: { text: 1 }, name: 'text_1' },
  ];
  writeMongodump(dump, {
    shop: { orders: { documents: ORDERS, indexes }, 'types & more': { documents: TYPES }, empty: { documents: [] } },
  });
  const initial = await initialize(dataDirectory, home);
  server = await serve(dataDirectory, home, initial);
  await server.project.cluster('shop', dump);
  snapshotId = await server.project.completedSnapshot('shop');
  await server.project.successfulExport('shop', snapshotId, await server.project.bucket('exports'));
});
after(async () => {
  await server[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

async function run(program: string, ...given: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await new Running(program, given, { home }).finished();
  assert.equal(code, 0, `${program}: ${stdout}${stderr}`);
}

function requireEqual({ deployment: { history } }: ScriptedMongodb): void {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  for (const [name, expected] of [
    ['orders', ORDERS],
    ['types & more', TYPES],
  ] as const) {
    const { documents = [] } = history.collection('shop', name) ?? assert.fail(`there is no ${name}`);
    const found = (typeof documents === 'function' ? [...documents()] : documents).map(hex);
    assert.deepEqual(found.toSorted(), expected.map((each) => hex(BSON.serialize(each))).toSorted(), name);
  }
}

const RESTORE = { ...LIMIT, ...skipUnless('mongorestore', isOnPath('mongorestore')) };

for (const [what, options, given] of [
  ['a dump', ['--to-dump'], (place: string) => [place]],
  ['an archive', ['--to-archive'], (place: string) => [`--archive=${place}`]],
  ['a zipped archive', ['--gzip', '--to-archive'], (place: string) => ['--gzip', `--archive=${place}`]],
] as const) {
  test(`mongorestore restores ${what}, document by document and with its indexes`, RESTORE, async () => {
    await using deployment = await startScriptedMongodb({ topology: 'standalone' });
    const place = join(home, what.replaceAll(' ', '-'));
    const written = await longshore(['restore', snapshotId, '--data-dir', dataDirectory, ...options, place], { home });
    assert.equal(written.code, 0, written.stderr);
    await run('mongorestore', `--uri=${deployment.uri}`, ...given(place));
    requireEqual(deployment);
    const { history } = deployment.deployment;
    assert.deepEqual(
      history.collection('shop', 'orders')?.indexes?.map(({ name }) => name),
      ['_id_', 'text_1'],
    );
    assert.ok(history.collection('shop', 'empty') !== undefined);
  });
}

test('mongorestore restores a download', { ...RESTORE, ...skipUnless('tar', isOnPath('tar')) }, async () => {
  await using deployment = await startScriptedMongodb({ topology: 'standalone' });
  const id = await server.project.restored('shop', { deliveryType: 'download', snapshotId });
  const job = await server.project.send('GET', `/clusters/shop/backup/restoreJobs/${id}`);
  const answer = await fetch(job.string('/deliveryUrl/0'));
  const [file, folder] = [join(home, 'download.tar.gz'), join(home, 'download')];
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  mkdirSync(folder);
  await run('tar', 'xzf', file, '-C', folder);
  await run('mongorestore', `--uri=${deployment.uri}`, join(folder, 'dump'));
  requireEqual(deployment);
});

test(
  'mongoimport imports the objects of an export, document by document',
  { ...LIMIT, ...skipUnless('mongoimport', isOnPath('mongoimport')) },
  async () => {
    await using deployment = await startScriptedMongodb({ topology: 'standalone' });
    const bucket = join(dataDirectory, 'buckets', 'exports');
    const database = join(bucket, prefixesOf(bucket)[0] ?? assert.fail('there is no export'), 'shop');
    let imported = 0;
    for (const folder of readdirSync(database)) {
      const metadata = JSON.parse(readFileSync(join(database, folder, 'metadata.json'), 'utf8')) as {
        readonly collectionName: string;
      };
      for (const name of readdirSync(join(database, folder)).filter((each) => each.endsWith('.json.gz'))) {
        const file = join(home, `import-${imported++}.json`);
        writeFileSync(file, gunzipSync(readFileSync(join(database, folder, name))));
        const to = [`--uri=${deployment.uri}`, '--db=shop', `--collection=${metadata.collectionName}`];
        await run('mongoimport', ...to, '--type=json', `--file=${file}`);
      }
    }
    assert.ok(imported >= 2);
    requireEqual(deployment);
  },
);
