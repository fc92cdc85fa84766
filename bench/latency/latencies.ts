import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../test/support/longshore.ts';
import { NEWEST } from '../../test/support/project.ts';

/** Between an answer and the next request. */
const PAUSE_MS = 5;

/**
 * Reads the project, one request after another, until the work is done. A stall counts once.
 * @returns what the work returns, and how long each answer took, in milliseconds.
 */
export async function latenciesDuring<Result>(
  { client, project }: Server,
  work: Promise<Result>,
): Promise<{ readonly latencies: readonly number[]; readonly result: Result }> {
  const latencies: number[] = [];
  const done = new AbortController();
  const end = work.finally(() => done.abort());
  // The rejection is handled below.
  end.catch(() => undefined);
  while (!done.signal.aborted) {
    const start = performance.now();
    const { status } = await client.send({ target: project.path(''), headers: NEWEST });
    if (status !== 200) throw new Error(`the project was answered with ${status}`);
    latencies.push(performance.now() - start);
    await sleep(PAUSE_MS);
  }
  return { latencies, result: await end };
}

/** The value that a part (0 to 1) of the sorted values does not exceed. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
