import assert from 'node:assert/strict';
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { BSON } from 'bson';
import { DAMAGES, damageObject, faultyStore, lyingStore } from '../../../test/support/faulty-store.ts';
import { interferedStore } from '../../../test/support/interfered-store.ts';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { directoryStore, EXPORT_DEFAULTS, SNAPSHOT_ID, sourceOf } from '../../../test/support/pipelines.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { writeOnlyStore } from '../../../test/support/write-only-store.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { createSnapshotRepository, type Snapshot } from '../../snapshot/repository/index.ts';
import { captureSnapshot } from '../capture/index.ts';
import { BlockPool } from '../threads/index.ts';
import { verifyExport } from '../verify/index.ts';
import type { ExportObject, ExportOptions, ExportTotals } from './contract.ts';
import { exportSnapshot } from './export.ts';

const { prefix: PREFIX, signal } = EXPORT_DEFAULTS;
const COMPLETE = `${PREFIX}/.complete`;
const pool = new BlockPool({ threads: 2 });
after(() => pool.close());

let snapshot: Snapshot;
before(async () => {
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf(
    ['first', 'second', 'third'].map((name) => ({
      database: 'shop',
      name,
      pieces: () => [Buffer.concat([1, 2, 3].map((_id) => BSON.serialize({ _id, of: name })))],
    })),
  );
  await captureSnapshot({ source, repository, id: SNAPSHOT_ID, clusterName: 'cluster', startedAt: 0, pool, signal });
  snapshot = await repository.openSnapshot(SNAPSHOT_ID);
});

function run(store: ObjectStore, options: Partial<ExportOptions> = {}): Promise<ExportTotals> {
  return exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool, ...options });
}

async function assertRight(store: ObjectStore): Promise<void> {
  const { problems, documents } = await verifyExport({ store, prefix: PREFIX });
  assert.deepEqual({ problems, documents }, { problems: [], documents: 9 });
}

/** Runs an attempt that fails at `.complete`. Returns the objects that it recorded as finished. */
async function interrupted(store: ObjectStore): Promise<ExportObject[]> {
  const finished: ExportObject[] = [];
  const counted = faultyStore(memoryStore(), 0);
  await run(counted);
  const failAt = counted.calls.indexOf(`put ${COMPLETE}`) + 1;
  const failing = run(faultyStore(store, failAt), { onObject: (object) => void finished.push(object) });
  await assert.rejects(failing, { code: 'INJECTED_FAULT' });
  assert.equal(finished.length, 6);
  return finished;
}

for (const damage of DAMAGES) {
  test(`a store that ${damage} one object that it acknowledged: the export fails, and the next attempt mends it`, async () => {
    const honest = lyingStore(memoryStore(), 0, damage);
    await run(honest);
    assert.equal(honest.puts.length, 9, 'the permission check, six objects, the manifest and the end');
    for (const index of honest.puts.keys()) {
      const store = memoryStore();
      const finished: ExportObject[] = [];
      const liar = lyingStore(store, index + 1, damage);
      const thrown: unknown = await run(liar, { onObject: (object) => void finished.push(object) }).then(
        () => undefined,
        (error: unknown) => error,
      );
      // Objects are written in parallel, so only this run can tell which object it was.
      const key = liar.puts[index] ?? assert.fail();
      // Nothing needs the permission check, which is empty.
      if (index === 0) assert.equal(thrown, undefined);
      else {
        const { code, message, transient } = thrown instanceof AppError ? thrown : assert.fail(String(thrown));
        assert.deepEqual([code, transient], ['EXPORT_OBJECTS_CHANGED', true]);
        assert.ok(message.includes(`${key} ${damage === 'loses' ? 'is missing' : 'has other content'}`), message);
        if (key !== COMPLETE) assert.ok(!store.objects.has(COMPLETE), key);
      }
      const again = lyingStore(store, 0, damage);
      await run(again, { finished });
      await assertRight(store);
      const unharmed = finished.filter((object) => object.key !== key);
      for (const object of unharmed) assert.ok(!again.puts.includes(object.key), `${object.key} was written twice`);
    }
  });

  test(`between two attempts something ${damage} each finished object in turn: it is written again, and no other is`, async () => {
    for (let index = 0; index < 6; index++) {
      const store = memoryStore();
      const finished = await interrupted(store);
      const key = finished[index]?.key ?? assert.fail();
      await damageObject(store, key, damage);
      const again = lyingStore(store, 0, damage);
      await run(again, { finished });
      assert.deepEqual(
        again.puts.filter((put) => finished.some((object) => object.key === put)),
        [key],
      );
      await assertRight(store);
    }
  });
}

function changeBit(file: string): void {
  const body = readFileSync(file);
  body.writeUInt8(body.readUInt8(20) ^ 1, 20);
  writeFileSync(file, body);
}

suite('a directory as a bucket', () => {
  const damages: Readonly<Record<(typeof DAMAGES)[number], (file: string) => void>> = {
    loses: (file) => rmSync(file),
    cuts: (file) => writeFileSync(file, readFileSync(file).subarray(0, -1)),
    swaps: (file) => changeBit(file),
  };

  for (const damage of DAMAGES) {
    test(`between two attempts something ${damage} a finished object`, async () => {
      using directory = temporaryDirectory('bucket');
      const store = await directoryStore(directory.path);
      const finished = await interrupted(store);
      damages[damage](join(directory.path, finished.find(({ documents }) => documents > 0)?.key ?? assert.fail()));
      await run(await directoryStore(directory.path), { finished });
      await assertRight(store);
    });
  }

  test('all its files are removed between two attempts', async () => {
    using directory = temporaryDirectory('bucket');
    const store = await directoryStore(directory.path);
    const finished = await interrupted(store);
    rmSync(join(directory.path, 'exported_snapshots'), { recursive: true });
    await run(store, { finished });
    await assertRight(store);
  });

  for (const [what, empty] of [
    ['is removed', false],
    ['is unmounted', true],
  ] as const) {
    test(`it ${what} in mid-export: the export waits for it, and makes no other one`, async () => {
      using directory = temporaryDirectory('bucket');
      const bucket = join(directory.path, 'bucket');
      const store = await directoryStore(bucket);
      const finished: ExportObject[] = [];
      const onObject = (object: ExportObject): void => {
        finished.push(object);
        if (finished.length !== 3) return;
        renameSync(bucket, `${bucket}.away`);
        if (empty) mkdirSync(bucket);
      };
      const gone = { code: 'OBJECT_STORE_GONE', transient: true };
      await assert.rejects(run(store, { onObject }), gone);
      await assert.rejects(run(store, { finished }), gone);
      assert.deepEqual(readdirSync(directory.path), empty ? ['bucket', 'bucket.away'] : ['bucket.away']);
      if (empty) rmdirSync(bucket);
      renameSync(`${bucket}.away`, bucket);
      await run(store, { finished });
      await assertRight(store);
    });
  }

  test('it becomes a symbolic link to another bucket in mid-export: nothing is written there', async () => {
    using directory = temporaryDirectory('bucket');
    const [bucket, other] = [join(directory.path, 'bucket'), join(directory.path, 'other')];
    const store = await directoryStore(bucket);
    await directoryStore(other);
    const before = readdirSync(other, { recursive: true });
    const finished: ExportObject[] = [];
    const onObject = (object: ExportObject): void => {
      finished.push(object);
      if (finished.length !== 3) return;
      renameSync(bucket, `${bucket}.away`);
      symlinkSync(other, bucket);
    };
    const foreign = { code: 'OBJECT_STORE_FOREIGN', transient: true };
    await assert.rejects(run(store, { onObject }), foreign);
    await assert.rejects(run(store, { finished }), foreign);
    assert.deepEqual(readdirSync(other, { recursive: true }), before);
    unlinkSync(bucket);
    renameSync(`${bucket}.away`, bucket);
    await run(store, { finished });
    await assertRight(store);
  });
});

test('a snapshot that is deleted in mid-export, and whose garbage is collected, ends the export without .complete', async () => {
  let blocksRead = 0;
  const repository = createSnapshotRepository(
    interferedStore(memoryStore(), (call) => {
      if (!call.startsWith('get blocks/') || ++blocksRead !== 20) return undefined;
      const collect = async (): Promise<void> => {
        await repository.deleteSnapshot(SNAPSHOT_ID);
        await repository.collectGarbage();
      };
      return { moment: 'before', act: collect };
    }),
  );
  const source = sourceOf(
    Array.from({ length: 40 }, (_, _id) => ({
      database: 'shop',
      name: `c${_id}`,
      pieces: () => [BSON.serialize({ _id })],
    })),
  );
  await captureSnapshot({ source, repository, pool, id: SNAPSHOT_ID, clusterName: 'c', startedAt: 0, signal });
  blocksRead = 0;
  const store = memoryStore();
  const deleted = await repository.openSnapshot(SNAPSHOT_ID);
  await assert.rejects(run(store, { snapshot: deleted }), { code: 'BLOCK_MISSING' });
  assert.ok(!store.objects.has(COMPLETE));
});

test('the answer to .complete is lost by a role that may only write: the attempt fails, and the next one succeeds', async () => {
  const store = memoryStore();
  const finished: ExportObject[] = [];
  const counted = faultyStore(writeOnlyStore(memoryStore()), 0);
  await run(counted);
  const lost = faultyStore(writeOnlyStore(store), counted.calls.indexOf(`put ${COMPLETE}`) + 1, 'after');
  const failing = run(lost, { onObject: (object) => void finished.push(object) });
  await assert.rejects(failing, { code: 'INJECTED_FAULT' });
  assert.ok(store.objects.has(COMPLETE));
  await run(writeOnlyStore(store), { finished });
  await assertRight(store);
});

suite('a role that may only write', () => {
  const manifestOf = (store: ReturnType<typeof memoryStore>): unknown =>
    JSON.parse(Buffer.from(store.objects.get(`${PREFIX}/.manifest.json`) ?? assert.fail()).toString());

  test('is trusted for its acknowledgements, and the manifest says so', async () => {
    const store = memoryStore();
    await run(writeOnlyStore(store));
    await assertRight(store);
    assert.partialDeepStrictEqual(manifestOf(store), { objectsChecked: false });
    const readable = memoryStore();
    await run(readable);
    assert.partialDeepStrictEqual(manifestOf(readable), { objectsChecked: true });
  });

  test('does not write again what an earlier attempt finished', async () => {
    const store = memoryStore();
    const finished = await interrupted(store);
    const again = lyingStore(store, 0, 'loses');
    await run(writeOnlyStore(again), { finished });
    assert.ok(finished.every(({ key }) => !again.puts.includes(key)));
    await assertRight(store);
  });

  test('a refusal means a missing object if the role may read others', async () => {
    const store = memoryStore();
    const finished = await interrupted(store);
    const refused = finished[2]?.key ?? assert.fail();
    const unlisted: ObjectStore = {
      ...store,
      compare: (key, acknowledged, options) =>
        store.objects.has(key)
          ? store.compare(key, acknowledged, options)
          : writeOnlyStore(store).compare(key, acknowledged, options),
    };
    store.objects.delete(refused);
    await run(unlisted, { finished });
    await assertRight(store);
  });
});
