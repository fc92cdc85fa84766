import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { jsonTextReader } from '../../src/kernel/json-reader.ts';
import { initialize, longshore, serve, startLongshore } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { Random } from '../support/random.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const LIMIT = { timeout: 180_000 };
const DOCUMENTS = 200;
const DOCUMENT_CHARACTERS = 100_000;

const readReport = jsonTextReader(
  Type.Object({
    snapshots: Type.Integer(),
    damagedManifests: Type.Array(Type.Unknown()),
    hurtSnapshots: Type.Array(Type.Object({ snapshotId: Type.String() })),
    damagedBlocks: Type.Array(Type.Object({ sha256: Type.String() })),
  }),
);

test(
  'after kill -9 in a check and in the snapshot that mends, a check says what is damaged, and nothing else is lost',
  LIMIT,
  async () => {
    using home = temporaryDirectory('check');
    const data = join(home.path, 'data');
    const dump = join(home.path, 'dump');
    const random = new Random(10);
    const text = (): string =>
      Array.from({ length: DOCUMENT_CHARACTERS / 8 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
    const documents = Array.from({ length: DOCUMENTS }, (_, _id) => ({ _id, text: text() }));
    writeMongodump(dump, { shop: { orders: { documents } } });
    const initial = await initialize(data, home.path);
    const command = ['repository', 'check', '--read-data', '--json', '--data-dir', data];
    const report = async () => {
      const { code, stdout, stderr } = await longshore(command, { home: home.path });
      assert.ok(code === 0 || code === 1, stderr);
      return readReport(stdout);
    };
    const namesOf = (blocks: readonly { readonly sha256: string }[]): string[] =>
      blocks.map(({ sha256 }) => sha256).toSorted();

    let first = '';
    {
      await using server = await serve(data, home.path, initial);
      await server.project.cluster('Cluster0', dump);
      first = await server.project.completedSnapshot('Cluster0');
    }
    const files = globSync(join(data, 'repository', 'blocks', '*', '*'));
    assert.ok(files.length > 2, `${files.length} blocks`);
    const whole = new Map(files.map((file) => [file, readFileSync(file)]));
    for (const [file, bytes] of whole) {
      writeFileSync(
        file,
        bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte)),
      );
    }
    const damaged = (): string[] =>
      [...whole].flatMap(([file, bytes]) => (readFileSync(file).equals(bytes) ? [] : [basename(file)])).toSorted();
    assert.equal(damaged().length, files.length);

    const check = startLongshore(command, { home: home.path });
    await check.output(/check: reading/);
    await check.end('SIGKILL');
    assert.equal(damaged().length, files.length, 'a check changes nothing');
    const before = await report();
    assert.deepEqual(namesOf(before.damagedBlocks), damaged());
    assert.deepEqual(
      before.hurtSnapshots.map(({ snapshotId }) => snapshotId),
      [first],
    );

    let mending = '';
    {
      await using server = await serve(data, home.path, initial);
      mending = await server.project.snapshot('Cluster0');
      while (damaged().length === files.length) await sleep(1);
      await server.process.end('SIGKILL');
    }
    const between = await report();
    assert.deepEqual(namesOf(between.damagedBlocks), damaged());
    assert.deepEqual(between.damagedManifests, []);

    {
      await using server = await serve(data, home.path, initial);
      const bucket = await server.project.bucket('after', initial.roleId);
      await server.project.waitFor(`/clusters/Cluster0/backup/snapshots/${mending}`, '/status', ['completed']);
      await server.project.successfulExport('Cluster0', first, bucket);
    }
    const after = await report();
    assert.deepEqual([after.damagedBlocks, after.hurtSnapshots, after.damagedManifests], [[], [], []]);
    assert.equal(after.snapshots, 2);
    assert.deepEqual(damaged(), []);
  },
);
