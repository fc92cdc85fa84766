import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BSON } from 'bson';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { EXPORT_DEFAULTS, SNAPSHOT_ID, sourceOf } from '../../../test/support/pipelines.ts';
import { writeOnlyStore } from '../../../test/support/write-only-store.ts';
import { AppError, codeOf } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { objectExists } from '../../object-store/errors.ts';
import { createSnapshotRepository, type Snapshot } from '../../snapshot/repository/index.ts';
import { captureSnapshot } from '../capture/index.ts';
import { BlockPool } from '../threads/index.ts';
import { verifyExport } from '../verify/index.ts';
import type { ExportTotals } from './contract.ts';
import { exportSnapshot } from './export.ts';

const { prefix: PREFIX, signal } = EXPORT_DEFAULTS;
const CLAIM = `${PREFIX}/.claim`;
const TAKEN = { code: 'EXPORT_FOLDER_TAKEN', transient: false };
const pool = new BlockPool({ threads: 2 });
after(() => pool.close());

let mine: Snapshot;
let theirs: Snapshot;
before(async () => {
  mine = await snapshotOf('mine');
  theirs = await snapshotOf('theirs');
});

async function snapshotOf(owner: string): Promise<Snapshot> {
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf([{ database: 'shop', name: 'orders', pieces: () => [BSON.serialize({ _id: 1, owner })] }]);
  await captureSnapshot({ source, repository, id: SNAPSHOT_ID, clusterName: 'cluster', startedAt: 0, pool, signal });
  return await repository.openSnapshot(SNAPSHOT_ID);
}

/** An attempt at an export. @param job keeps what the server notes of it. */
function run(
  store: ObjectStore,
  snapshot: Snapshot,
  job: { exportId: string; isClaimed?: boolean },
): Promise<ExportTotals> {
  const { exportId, isClaimed = false } = job;
  const onClaimed = () => Promise.resolve(void (job.isClaimed = true));
  return exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool, claim: { exportId, isClaimed, onClaimed } });
}

const forThem = { exportId: 'theirs' };
const below = (store: { readonly objects: ReadonlyMap<string, Uint8Array> }) =>
  [...store.objects.keys()].filter((key) => key.startsWith(PREFIX));

test('a folder is claimed before anything else is written to it, and the claim is no part of the export', async () => {
  const store = memoryStore();
  const job = { exportId: 'mine', isClaimed: false };
  await run(store, mine, job);
  assert.equal(below(store)[0], CLAIM);
  assert.equal(Buffer.from(await store.get(CLAIM)).toString(), '{"exportId":"mine"}');
  assert.ok(job.isClaimed);
  assert.deepEqual((await verifyExport({ store, prefix: PREFIX })).problems, []);
});

for (const [role, seenBy] of [
  ['may read', (store: ObjectStore) => store],
  ['may only write', writeOnlyStore],
] as const) {
  test(`a role that ${role}: of two exports to one folder at once, one is made and the other writes nothing`, async () => {
    const store = memoryStore();
    const [first, second] = await Promise.allSettled([
      run(seenBy(store), mine, { exportId: 'mine' }),
      run(seenBy(store), theirs, { ...forThem }),
    ]);
    assert.deepEqual([first.status, second.status].toSorted(), ['fulfilled', 'rejected']);
    const lost = first.status === 'rejected' ? first : second;
    assert.ok(lost.status === 'rejected');
    assert.equal(codeOf(lost.reason), TAKEN.code);
    assert.deepEqual((await verifyExport({ store, prefix: PREFIX })).problems, []);
    const before = new Map(store.objects);
    await assert.rejects(run(seenBy(store), theirs, { exportId: 'third' }), TAKEN);
    assert.deepEqual(store.objects, before);
  });

  test(`a role that ${role}: a later attempt has the claim of the first one`, async () => {
    const store = memoryStore();
    const job = { exportId: 'mine' };
    const failing: ObjectStore = {
      ...seenBy(store),
      put: (key, body, options) =>
        key.endsWith('.manifest.json') ? Promise.reject(new Error('away')) : store.put(key, body, options),
    };
    await assert.rejects(run(failing, mine, job), { message: 'away' });
    await run(seenBy(store), mine, job);
    assert.deepEqual((await verifyExport({ store, prefix: PREFIX })).problems, []);
  });
}

test('a claim whose acknowledgement was lost is the own one', async () => {
  const store = memoryStore();
  const lossy: ObjectStore = {
    ...store,
    put: async (key, body, options) => {
      const written = await store.put(key, body, options);
      if (options?.ifAbsent === true) throw objectExists(key);
      return written;
    },
  };
  await run(lossy, mine, { exportId: 'mine' });
});

test('a claim that was lost is made again, and one that is of another export by now ends the attempt', async () => {
  const store = memoryStore();
  const job = { exportId: 'mine' };
  await run(store, mine, job);
  store.objects.delete(CLAIM);
  await run(store, mine, job);
  assert.ok(store.objects.has(CLAIM));
  await store.put(CLAIM, [Buffer.from('{"exportId":"theirs"}')]);
  await assert.rejects(run(store, mine, job), TAKEN);
});

test('a store without conditional puts: the export that was overwritten is not complete', async () => {
  for (const refuses of [true, false]) {
    const store = memoryStore();
    /** Another server claims the folder at the same moment, and writes its data later. */
    const shared: ObjectStore = {
      ...store,
      put: async (key, body, options) => {
        if (options?.ifAbsent === true && refuses)
          throw new AppError({ code: 'OBJECT_STORE_UNSUPPORTED', message: 'not implemented' });
        const written = await store.put(key, body, { ...options, ifAbsent: false });
        if (key === CLAIM) await store.put(CLAIM, [Buffer.from('{"exportId":"theirs"}')]);
        return written;
      },
    };
    await assert.rejects(run(shared, mine, { exportId: 'mine' }), { code: 'EXPORT_OBJECTS_CHANGED' });
    assert.ok(!store.objects.has(`${PREFIX}/.complete`));
  }
});
