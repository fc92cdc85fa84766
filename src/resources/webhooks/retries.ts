import { randomInt } from 'node:crypto';
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

/** Up to a tenth of a pause is added at random, because the deliveries of many clusters fail together when a receiver is down. */
const RANDOM_PARTS = 10;

const LAST_PAUSE_MS = Math.max(...PAUSES_MS);

export const DELIVERY_RETRIES: RetrySchedule = {
  maxFailures: PAUSES_MS.length + 1,
  pauseAfter: (failures) => {
    const pause = PAUSES_MS[failures - 1] ?? LAST_PAUSE_MS;
    return pause + randomInt(pause / RANDOM_PARTS + 1);
  },
  longestPauseMs: LAST_PAUSE_MS + LAST_PAUSE_MS / RANDOM_PARTS,
};
