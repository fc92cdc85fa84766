import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { mock, test } from 'node:test';
import { withDeadline } from './deadline.ts';

const forever = (): Promise<never> => new Promise(() => undefined);
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a call leaves neither a timer nor a listener behind', async () => {
  const { signal } = new AbortController();
  const before = timers();
  assert.equal(await withDeadline(() => Promise.resolve('done'), 0, signal), 'done');
  await assert.rejects(
    withDeadline(() => Promise.reject(new Error('failed')), 0, signal),
    /failed/,
  );
  assert.deepEqual([timers(), getEventListeners(signal, 'abort').length], [before, 0]);
});

for (const [bytes, milliseconds] of [
  [0, 60_000],
  [64 * 1024 * 1024, 731_089],
] as const) {
  test(`a service that is silent for ${milliseconds} ms after ${bytes} bytes has lost the connection`, async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let signalOfCall: AbortSignal | undefined;
      let ended = false;
      const call = (signal: AbortSignal): Promise<never> => {
        signalOfCall = signal;
        return forever();
      };
      const waiting = withDeadline(call, bytes, undefined).finally(() => (ended = true));
      const lost = assert.rejects(waiting, { code: 'ECONNRESET' });
      mock.timers.tick(milliseconds - 1);
      await Promise.resolve();
      assert.ok(!ended);
      mock.timers.tick(1);
      await lost;
      assert.equal(signalOfCall?.aborted, true);
    } finally {
      mock.timers.reset();
    }
  });
}

test('an abort ends a call that does not heed it, with the reason', async () => {
  const controller = new AbortController();
  const reason = new Error('stop');
  const waiting = withDeadline(forever, 0, controller.signal);
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(withDeadline(forever, 0, controller.signal), reason);
});
