import type { Schedule } from './documents.ts';
import { formatTable } from './format.ts';
import { describeInterval, describeRetention } from './policy-items.ts';

/** Describes a schedule for people: its items, its next snapshot, and its exports. */
export function scheduleText(cluster: string, schedule: Schedule): string {
  const items = schedule.policies.flatMap(({ policyItems }) => policyItems);
  const rows = items.map((item) => [item.frequencyType, describeInterval(item), describeRetention(item)]);
  const two = (number: number): string => String(number).padStart(2, '0');
  const time = `${two(schedule.referenceHourOfDay)}:${two(schedule.referenceMinuteOfHour)}`;
  const lines = [
    schedule.nextSnapshot === undefined
      ? `No snapshot of ${cluster} is scheduled.`
      : `The next snapshot of ${cluster} is taken at ${schedule.nextSnapshot}; the time of day is ${time} UTC.`,
    schedule.autoExportEnabled && schedule.export !== undefined
      ? `Snapshots are exported to the bucket ${schedule.export.exportBucketId}: ${schedule.export.frequencyType}.`
      : 'Snapshots are not exported by themselves.',
    ...(schedule.useOrgAndGroupNamesInExportPrefix
      ? ['Exports have the names of organization and project in their paths.']
      : []),
  ];
  const table = rows.length === 0 ? '' : `${formatTable(['FREQUENCY', 'TAKEN', 'KEPT FOR'], rows)}\n`;
  return `${table}${lines.join('\n')}\n`;
}
