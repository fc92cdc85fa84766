import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turns } from '../../test/support/turns.ts';
import { SharedRuns } from './shared-runs.ts';

/** Work whose runs end when the test says so. */
function heldWork() {
  const runs: PromiseWithResolvers<number>[] = [];
  const shared = new SharedRuns(async () => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return await run.promise;
  });
  return { runs, shared };
}

test('all who ask during a run share the next one, which begins after they asked', async () => {
  const { runs, shared } = heldWork();
  const first = shared.run();
  const later = [shared.run(), shared.run(), shared.run()];
  assert.equal(runs.length, 1);
  runs[0]?.resolve(1);
  assert.equal(await first, 1);
  await turns(1);
  assert.equal(runs.length, 2);
  runs[1]?.resolve(2);
  assert.deepEqual(await Promise.all(later), [2, 2, 2]);
  assert.equal(shared.last, undefined);
});

test('who asks again when the running one ends gets the next one, because only one runs at a time', async () => {
  const { runs, shared } = heldWork();
  const again = shared.run().then(() => shared.run());
  const later = shared.run();
  runs[0]?.resolve(1);
  await turns(1);
  assert.equal(runs.length, 2);
  runs[1]?.resolve(2);
  assert.deepEqual(await Promise.all([again, later]), [2, 2]);
});

test('a run that fails fails those who shared it, and no one else', async () => {
  const { runs, shared } = heldWork();
  const first = assert.rejects(shared.run(), /full/);
  const later = [shared.run(), shared.run()];
  runs[0]?.reject(new Error('full'));
  await first;
  await turns(1);
  runs[1]?.resolve(2);
  assert.deepEqual(await Promise.all(later), [2, 2]);
});
