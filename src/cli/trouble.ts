import type { Failure, Waiting } from './documents.ts';
import { formatDuration } from './format.ts';
import { MAX_NAMED, printable } from './left-out.ts';

/** Why a job does not go on, or has failed. */
export interface Trouble {
  readonly waiting?: Waiting | undefined;
  /** The last failed attempt, while the next one runs. */
  readonly lastFailure?: Failure | undefined;
  /** Why it has failed for good. */
  readonly failed?: string | undefined;
  /** The moment for which a schedule promised it; undefined if it is not overdue. */
  readonly overdueSince?: string | undefined;
  /** What is wrong with something that is no job: a sentence without its subject. */
  readonly remark?: string | undefined;
}

/** A trouble with the name of what is in it, such as `export 6b0a…`. */
export interface NamedTrouble extends Trouble {
  readonly name: string;
}

/**
 * Says why a job waits and when it is tried again: `The disk is full. Next try at 14:03:20 (in 12 s).` The time of day is local.
 * @param now in milliseconds since the Unix epoch.
 */
function describeWaiting({ message, nextAttemptAt }: Waiting, now: number): string {
  const next = new Date(nextAttemptAt);
  const timeOfDay = [next.getHours(), next.getMinutes(), next.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  const away = next.getTime() - now;
  return `${printable(message)} Next try at ${timeOfDay} (${away > 0 ? `in ${formatDuration(away)}` : 'now'}).`;
}

/** One sentence or more on the trouble of a job; undefined if it has none. */
export function describeTrouble(trouble: Trouble, now: number): string | undefined {
  const { waiting, lastFailure, failed, overdueSince, remark } = trouble;
  if (remark !== undefined) return remark;
  if (overdueSince !== undefined) {
    const late = formatDuration(Math.max(0, now - Date.parse(overdueSince)));
    return `is overdue: the schedule promised it for ${overdueSince}, ${late} ago`;
  }
  if (failed !== undefined) return `failed: ${printable(failed)}`;
  if (waiting !== undefined) return `waits: ${describeWaiting(waiting, now)}`;
  if (lastFailure === undefined) return undefined;
  return `is tried again; attempt ${lastFailure.failures} failed: ${printable(lastFailure.message)}`;
}

/** Lines for below a table, one for each job in trouble; empty if there is none. */
export function describeTroubles(jobs: readonly NamedTrouble[], now: number): string {
  const lines = jobs.flatMap(({ name, ...job }) => {
    const trouble = describeTrouble(job, now);
    return trouble === undefined ? [] : [`${name} ${trouble}\n`];
  });
  if (lines.length === 0) return '';
  const rest = lines.length - MAX_NAMED;
  return `\n${lines.slice(0, MAX_NAMED).join('')}${rest > 0 ? `and ${rest} more, which --json names\n` : ''}`;
}
