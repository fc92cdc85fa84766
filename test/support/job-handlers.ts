import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { every, type JobContext, type JobHandler } from '../../src/jobs/index.ts';
import { AppError } from '../../src/kernel/errors.ts';

export const HOUR_MS = 3_600_000;

/** A handler that runs this. A failure must be an AppError or the end of the attempt. */
export function handler(run: (context: JobContext) => void | Promise<void>): JobHandler {
  return {
    run: async (context) => await run(context),
    failed: (_transaction, _payload, error) => {
      assert.ok(error instanceof AppError || (error instanceof Error && error.name === 'AbortError'), String(error));
      return Promise.resolve();
    },
  };
}

/** The handler of a recurring kind, once an hour. */
export function hourly(run: (context: JobContext) => void | Promise<void>): JobHandler {
  return { ...handler(run), nextRun: every(HOUR_MS) };
}

/** Ends when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Ends when the condition is true. */
export async function until(condition: () => boolean): Promise<void> {
  await untilTrue(() => Promise.resolve(condition()));
}

/** Ends when the condition is true. */
export async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await setImmediate();
}
