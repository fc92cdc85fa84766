import assert from 'node:assert/strict';
import { Random } from '../support/random.ts';
import { expectedSnapshots, iso, type ExpectedSnapshot, type Policy } from './oracle.ts';
import { World } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** All five frequencies, with retentions that end within the year for most of them. */
export const POLICY: Policy = {
  referenceHourOfDay: 3,
  referenceMinuteOfHour: 16,
  items: [
    { frequencyType: 'hourly', frequencyInterval: 6, retentionUnit: 'days', retentionValue: 2 },
    { frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 7 },
    { frequencyType: 'weekly', frequencyInterval: 6, retentionUnit: 'weeks', retentionValue: 4 },
    { frequencyType: 'monthly', frequencyInterval: 40, retentionUnit: 'months', retentionValue: 3 },
    { frequencyType: 'yearly', frequencyInterval: 3, retentionUnit: 'years', retentionValue: 1 },
  ],
};

/** A leap year, so that it has the last day of a long February. */
export const YEAR_START = Date.UTC(2024, 0, 1);
/** The server stands still over the last day of February and the first of March. */
const STOP = { from: Date.UTC(2024, 1, 27, 12), to: Date.UTC(2024, 2, 2, 10, 7) };

/** The times at which the server looks: all moments of the schedule, and some between two of them at the end. */
export function looksOf(days: number): readonly number[] {
  const end = YEAR_START + days * DAY_MS;
  const first = YEAR_START + (POLICY.referenceHourOfDay * 60 + POLICY.referenceMinuteOfHour) * 60_000;
  const looks: number[] = [];
  let last = first;
  for (let ms = first; ms < end; ms += 6 * HOUR_MS) {
    last = ms;
    if (ms < STOP.from || ms > STOP.to) looks.push(ms);
    // The first look after the stop is at no moment of the schedule.
    if (ms < STOP.to && ms + 6 * HOUR_MS > STOP.to) looks.push(STOP.to);
  }
  // The garbage of removed snapshots is collected within an hour or two.
  return [...looks, last + 1.5 * HOUR_MS, last + 3 * HOUR_MS];
}

const keptAt = (ms: number, expected: readonly ExpectedSnapshot[]) =>
  expected
    .filter(({ takenAt, expiresAt }) => takenAt <= iso(ms) && expiresAt > iso(ms))
    .map(({ takenAt, frequencyType, expiresAt }) => ({ takenAt, frequencyType, expiresAt }));

export interface YearReport {
  readonly snapshots: number;
  readonly exports: number;
  readonly kept: number;
  readonly lives: number;
  /** Calls of the database and the stores in the last life. */
  readonly calls: number;
}

/**
 * Simulates days of a year, and holds the server to the oracle: what it keeps at many moments, and that everything was exported
 * once. @param kills the number of lives that end at a random call. @param calls about as many as the days take.
 */
export async function simulateYear(
  days: number,
  { kills, seed, calls }: { readonly kills: number; readonly seed: number; readonly calls: number },
): Promise<YearReport> {
  await using world = await World.open(YEAR_START);
  const { items, ...reference } = POLICY;
  const exportBucketId = await world.prepare({
    ...reference,
    policies: [{ policyItems: items.map((item) => ({ ...item })) }],
  });
  await world.patch({ autoExportEnabled: true, export: { exportBucketId, frequencyType: 'daily' } });
  const looks = looksOf(days);
  const expected = expectedSnapshots(POLICY, YEAR_START, looks);
  const random = new Random(seed);
  const lastCalls = Array.from({ length: kills }, () => 1 + random.below(Math.ceil((2 * calls) / (kills + 1))));
  let looked = 0;
  const lastLifeCalls = await world.live(looks, lastCalls, async (ms) => {
    if (looked++ % 40 === 0) assert.deepEqual(await world.kept(), keptAt(ms, expected), iso(ms));
  });
  const end = world.clock.ms;
  const kept = keptAt(end, expected);
  assert.deepEqual(await world.kept(), kept);
  assert.equal(world.manifests, kept.length, 'the repository holds what is kept, and nothing else');
  const exported = expected.filter(({ isExported }) => isExported).map(({ takenAt }) => `${takenAt} Successful`);
  assert.deepEqual(await world.exports(), exported);
  assert.equal(world.completeExports, exported.length);
  const { lives } = world;
  return { snapshots: expected.length, exports: exported.length, kept: kept.length, lives, calls: lastLifeCalls };
}
