import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { BSON, Long, Timestamp, UUID, type Document } from 'bson';
import { isOnPath } from '../support/is-on-path.ts';
import { initialize, longshore, Running, serve, type Server } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { NEWEST } from '../support/project.ts';
import { startScriptedMongodb, type ScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// A dump that was made by `mongodump --oplog`: what happened to `shop.orders` while it was read, an entry in each second.

const START = 1_786_332_000;
const operations: readonly Document[] = [
  { op: 'i', ns: 'shop.orders', o: { _id: 10, state: 'new' } },
  { op: 'u', ns: 'shop.orders', o: { $v: 2, diff: { u: { state: 'paid' } } }, o2: { _id: 1 } },
  { op: 'd', ns: 'shop.orders', o: { _id: 2 } },
  { op: 'c', ns: 'shop.$cmd', o: { create: 'bills', idIndex: { v: 2, key: { _id: 1 }, name: '_id_' } } },
  { op: 'i', ns: 'shop.bills', o: { _id: 1 } },
];
const oplogFrom = (start: number): Buffer =>
  Buffer.concat(
    operations.map((operation, number) =>
      BSON.serialize({
        ...operation,
        ui: new UUID(),
        ts: new Timestamp({ t: start + number, i: 1 }),
        t: Long.ONE,
        v: new Long(2),
        wall: new Date((start + number) * 1000),
      }),
    ),
  );
const OPLOG = oplogFrom(START);
const ORDERS = [1, 2, 3].map((_id) => ({ _id, state: 'new' }));
const WHOLE = { orders: ['1 paid', '10 new', '3 new'], bills: ['1 undefined'] };

const directory = temporaryDirectory('oplog');
const home = directory.path;
const dataDirectory = join(home, 'data');
let server: Server;
let snapshotId: string;

before(async () => {
  const dump = join(home, 'dump');
  writeMongodump(dump, { shop: { orders: { documents: ORDERS }, empty: { documents: [] } } });
  writeFileSync(join(dump, 'oplog.bson'), OPLOG);
  const initial = await initialize(dataDirectory, home);
  server = await serve(dataDirectory, home, initial);
  await server.project.cluster('shop', dump);
  snapshotId = await server.project.completedSnapshot('shop');
});
after(async () => {
  await server[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

/** The line of the server's log that says that a restore job has succeeded. */
async function endInLog(id: string): Promise<string> {
  const [line] = await server.process.output(new RegExp(`^(?=.*A job has succeeded).*${id}.*$`, 'm'));
  return line;
}

/** `_id` and `state` of the documents of both collections. */
function contentOf({ deployment: { history } }: ScriptedMongodb): { orders: string[]; bills: string[] } {
  const texts = (name: string): string[] => {
    const { documents = [] } = history.collection('shop', name) ?? {};
    const all = typeof documents === 'function' ? [...documents()] : documents;
    return all
      .map((bytes) => BSON.deserialize(bytes))
      .map(({ _id, state }) => `${_id} ${state}`)
      .toSorted();
  };
  return { orders: texts('orders'), bills: texts('bills') };
}

test('a restore job applies the oplog to a moment, to an entry, to its end or not at all', async () => {
  const cases: readonly (readonly [string, Document, Document])[] = [
    [
      'seconds',
      { deliveryType: 'pointInTime', pointInTimeUTCSeconds: START + 2 },
      { orders: ['1 paid', '10 new', '2 new', '3 new'], bills: [] },
    ],
    [
      'entry',
      { deliveryType: 'pointInTime', oplogTs: START + 2, oplogInc: 1 },
      { orders: ['1 paid', '10 new', '3 new'], bills: [] },
    ],
    ['end', { deliveryType: 'pointInTime', pointInTimeUTCSeconds: START + 5 }, WHOLE],
    ['all', { deliveryType: 'automated', oplogReplay: true }, WHOLE],
    ['none', { deliveryType: 'automated' }, { orders: ['1 new', '2 new', '3 new'], bills: [] }],
  ];
  for (const [name, body, expected] of cases) {
    await using deployment = await startScriptedMongodb({ topology: 'replicaSet', members: 1 });
    await server.project.liveCluster(name, deployment.uri);
    const id = await server.project.restored('shop', { ...body, snapshotId, targetClusterName: name });
    assert.deepEqual(contentOf(deployment), expected, name);
    const target = `/api/longshore/v1/groups/${server.project.groupId}/clusters/shop/backup/restoreJobs/${id}`;
    const { text } = await server.client.send({ target });
    if (name === 'none')
      assert.match(text, /"leftOut":\[\{"name":"local\.oplog\.rs","reason":"the oplog was not applied/);
    else assert.match(text, /"oplog":\{"entries":[2-5],"unmatched":0/);
    for (const said of [text, await endInLog(id)]) {
      assert.equal(
        said.includes('"warning":"if mongodump was still reading'),
        name === 'seconds' || name === 'entry',
        name,
      );
    }
  }
});

test('a moment that the oplog does not have is refused, and nothing is started', async () => {
  for (const pointInTimeUTCSeconds of [START, START + 6]) {
    const body = { deliveryType: 'pointInTime', pointInTimeUTCSeconds, snapshotId, targetClusterName: 'seconds' };
    const target = server.project.path('/clusters/shop/backup/restoreJobs');
    const reply = await server.client.send({ method: 'POST', target, body, headers: NEWEST });
    assert.equal(reply.status, 400);
    assert.match(reply.text, /POINT_IN_TIME_RESTORE_NOT_AVAILABLE/);
  }
});

test('a moment without a snapshot is restored from the newest snapshot whose oplog has it', async () => {
  const dump = join(home, 'hourly');
  const oplog = join(dump, 'oplog.bson');
  writeMongodump(dump, { shop: { orders: { documents: ORDERS } } });
  await server.project.cluster('hourly', dump);
  const snapshots: string[] = [];
  for (const start of [START, START + 3, START + 3600]) {
    writeFileSync(oplog, oplogFrom(start));
    snapshots.push(await server.project.completedSnapshot('hourly'));
  }
  rmSync(oplog);
  await server.project.completedSnapshot('hourly');
  const chosen = async (oplogTs: number): Promise<string> => {
    const body = { deliveryType: 'pointInTime', oplogTs, oplogInc: 1, targetClusterName: 'seconds' };
    const job = await server.project.send('POST', '/clusters/hourly/backup/restoreJobs', body);
    await server.project.send('DELETE', `/clusters/hourly/backup/restoreJobs/${job.string('/id')}`);
    return job.string('/snapshotId');
  };
  assert.equal(await chosen(START + 2), snapshots[0]);
  assert.equal(await chosen(START + 4), snapshots[1], 'the newer one of two that have it');
  assert.equal(await chosen(START + 3601), snapshots[2]);
  await assert.rejects(chosen(START + 60), /POINT_IN_TIME_RESTORE_NOT_AVAILABLE/);

  // The command chooses as the server does.
  await using deployment = await startScriptedMongodb({ topology: 'replicaSet', members: 1 });
  const command = async (seconds: number) => {
    const options = ['--point-in-time', `${seconds}:1`, '--mongodb-uri-env', 'MONGODB_URI', '--dry-run'];
    const where = ['--data-dir', dataDirectory, '--url', server.url];
    return await longshore(['restore', 'hourly', ...options, ...where], { home, env: { MONGODB_URI: deployment.uri } });
  };
  const [older, newer, none] = [await command(START + 2), await command(START + 4), await command(START + 60)];
  assert.match(older.stdout, new RegExp(`snapshot ${snapshots[0]} of hourly`), older.stderr);
  assert.match(newer.stdout, new RegExp(`snapshot ${snapshots[1]} of hourly`), newer.stderr);
  assert.match(none.stderr, /no snapshot of hourly has an oplog with /);
});

const restore = async (options: readonly string[], uri = '') =>
  await longshore(['restore', snapshotId, '--data-dir', dataDirectory, ...options], {
    home,
    env: { MONGODB_URI: uri },
  });

test('the command applies the oplog, and says what it did and what it did not', async () => {
  await using deployment = await startScriptedMongodb({ topology: 'replicaSet', members: 1 });
  const into = ['--mongodb-uri-env', 'MONGODB_URI'];
  const whole = await restore([...into, '--oplog-replay'], deployment.uri);
  assert.equal(whole.code, 0, whole.stderr);
  assert.match(whole.stdout, /after that, the oplog was applied: 5 entries\n/);
  assert.deepEqual(contentOf(deployment), WHOLE);
  const moment = new Date((START + 2) * 1000).toISOString();
  const part = await restore([...into, '--drop', '--point-in-time', moment], deployment.uri);
  assert.equal(part.code, 0, part.stderr);
  assert.match(
    part.stdout,
    /applied: 2 entries; if mongodump was still reading at that moment, the collections that it read later hold/,
  );
  const none = await restore([...into, '--drop'], deployment.uri);
  assert.match(none.stdout, /the oplog was not applied/);
  const wrong = await restore([...into, '--point-in-time', 'yesterday'], deployment.uri);
  assert.equal(wrong.code, 2, wrong.stderr);
});

const TOOLS = skipUnless('mongorestore', isOnPath('mongorestore'));

for (const [name, options, given] of [
  ['a dump', ['--to-dump'], (place: string) => [`--dir=${place}`]],
  ['an archive', ['--to-archive'], (place: string) => [`--archive=${place}`]],
  ['a zipped archive', ['--gzip', '--to-archive'], (place: string) => ['--gzip', `--archive=${place}`]],
] as const) {
  const place = join(home, name.replaceAll(' ', '-'));

  test(`${name} has the oplog byte for byte`, async () => {
    const { code, stderr, stdout } = await restore([...options, place]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout, /oplog was not applied/);
    const bytes = readFileSync(name === 'a dump' ? join(place, 'oplog.bson') : place);
    assert.ok((name === 'a zipped archive' ? gunzipSync(bytes) : bytes).includes(OPLOG));
    if (name === 'a dump') assert.equal(bytes.byteLength, OPLOG.byteLength);
  });

  test(`mongorestore applies the oplog of ${name}`, TOOLS, async () => {
    await using deployment = await startScriptedMongodb({ topology: 'standalone' });
    const run = new Running('mongorestore', [`--uri=${deployment.uri}`, '--oplogReplay', ...given(place)], { home });
    const { code, stderr } = await run.finished();
    assert.equal(code, 0, stderr);
    assert.deepEqual(contentOf(deployment), WHOLE);
  });
}
