import type { Retention } from '../snapshots/index.ts';
import type { ExtraRetention, Schedule } from './model.ts';

/** Returns the retention of a new snapshot, with the extra days that the schedule gives its frequency. */
export function extended(
  { extraRetention }: Pick<Schedule, 'extraRetention'>,
  frequency: ExtraRetention['frequencyType'],
  retention: Retention,
): Retention {
  const extraDays = extraRetention.find(({ frequencyType }) => frequencyType === frequency)?.retentionDays ?? 0;
  return extraDays === 0 ? retention : { ...retention, extraDays };
}
