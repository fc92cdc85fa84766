import type { Waiting } from './documents.ts';
import { formatDuration } from './format.ts';
import { printable } from './left-out.ts';

/**
 * Says why a job waits and when it is tried again: `The disk is full. Next try at 14:03:20 (in 12 s).` The time of day is local.
 * @param now in milliseconds since the Unix epoch.
 */
export function describeWaiting({ message, nextAttemptAt }: Waiting, now: number): string {
  const next = new Date(nextAttemptAt);
  const timeOfDay = [next.getHours(), next.getMinutes(), next.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  const away = next.getTime() - now;
  return `${printable(message)} Next try at ${timeOfDay} (${away > 0 ? `in ${formatDuration(away)}` : 'now'}).`;
}

/** Lines for below a table, one for each job that waits; empty if none does. */
export function describeWaits(
  jobs: readonly { readonly name: string; readonly waiting?: Waiting | undefined }[],
  now: number,
): string {
  const lines = jobs.flatMap(({ name, waiting }) =>
    waiting === undefined ? [] : [`  ${name}: ${describeWaiting(waiting, now)}\n`],
  );
  return lines.length === 0 ? '' : `\nWaiting:\n${lines.join('')}`;
}
