import type { RetrySchedule } from '../../jobs/index.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The pauses after the failed attempts: short ones at first, because most receivers are back soon, then those that the specification of
 * Standard Webhooks advises. The last attempt is made after somewhat more than three days, so a receiver may be down for a weekend.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
 */
const PAUSES_MS = [
  ...[SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS],
  ...[5 * MINUTE_MS, 30 * MINUTE_MS],
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
];

const LONGEST_PAUSE_MS = Math.max(...PAUSES_MS);

export const DELIVERY_RETRIES: RetrySchedule = {
  maxFailures: PAUSES_MS.length + 1,
  pauseAfter: (failures) => PAUSES_MS[failures - 1] ?? LONGEST_PAUSE_MS,
  longestPauseMs: LONGEST_PAUSE_MS,
};
