import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WriteWindow } from './write-window.ts';

test('no more writes are under way than the window allows, and all of them run', async () => {
  const window = new WriteWindow(3, { now: () => 0 });
  let [running, most, done] = [0, 0, 0];
  const write = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    done++;
  };
  await Promise.all(Array.from({ length: 20 }, () => window.run(write)));
  assert.equal(most, 3);
  assert.equal(done, 20);
});

test('a slow write and one that fails halve the window, and fast writes open it again', async () => {
  let now = 0;
  const window = new WriteWindow(8, { now: () => now });
  await window.run(() => Promise.resolve((now += 6000)));
  assert.equal(window.limit, 4);
  await assert.rejects(window.run(() => Promise.reject(new Error('failed'))));
  assert.equal(window.limit, 2);
  for (let write = 0; write < 16; write++) await window.run(() => Promise.resolve());
  assert.equal(window.limit, 3);
  for (let failures = 0; failures < 9; failures++) await assert.rejects(window.run(() => Promise.reject(new Error())));
  assert.equal(window.limit, 1);
});
