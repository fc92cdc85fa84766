import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { createFaults } from './faults.ts';

test('faults of an operation happen in their order, as often as asked for', async () => {
  const faults = createFaults(new AbortController().signal);
  faults.add({ operationId: 'a', status: 429, retryAfterSeconds: 4, times: 2 });
  faults.add({ operationId: 'b', status: 500, times: 1 });
  faults.add({ operationId: 'a', status: 500, times: 1 });
  const answers: unknown[] = [];
  for (const operation of ['a', 'c', 'a', 'a', 'a', 'b', 'b']) {
    const refusal = await faults.interfere(operation, 'api/x');
    answers.push(refusal && [refusal.error.status, refusal.headers['retry-after']]);
  }
  assert.deepEqual(answers, [
    [429, '4'],
    undefined,
    [429, '4'],
    [500, undefined],
    undefined,
    [500, undefined],
    undefined,
  ]);
  assert.deepEqual(faults.list(), []);
});

test('a server that stops waits for no delay', async () => {
  const closing = new AbortController();
  const faults = createFaults(closing.signal);
  faults.add({ operationId: 'a', delaySeconds: 600, times: 1 });
  const delayed = faults.interfere('a', 'api/x');
  closing.abort();
  assert.equal(await delayed, undefined);
});

test('one export fails at its object, and all later objects of it too', async () => {
  const faults = createFaults(new AbortController().signal);
  faults.add({ exportFailsAtObject: 2, times: 1 });
  const store = memoryStore();
  const failing = faults.bucketOfExport(store);
  await failing.put('one', [Buffer.from('1')]);
  await assert.rejects(failing.put('two', [Buffer.from('2')]), /object two was not written/);
  await assert.rejects(failing.put('three', [Buffer.from('3')]), /STAND_IN_FAULT|was not written/);
  assert.notEqual(await failing.head('one'), undefined);
  assert.equal(await failing.head('two'), undefined);
  assert.equal(faults.bucketOfExport(store), store);
});
