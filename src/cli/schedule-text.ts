import type { Session } from './command.ts';
import type { Schedule } from './documents.ts';
import { listBuckets, nameOfBucket } from './find.ts';
import { formatTable } from './format.ts';
import { describeInterval, describeRetention } from './policy-items.ts';
import { fitting, type Terminal } from './terminal.ts';

/** Tells people of a schedule: its items, its next snapshot, and its exports. */
export async function saySchedule(
  terminal: Terminal,
  session: Session,
  cluster: string,
  schedule: Schedule,
): Promise<void> {
  const items = schedule.policies.flatMap(({ policyItems }) => policyItems);
  const rows = items.map((item) => [item.frequencyType, describeInterval(item), describeRetention(item)]);
  const two = (number: number): string => String(number).padStart(2, '0');
  const time = `${two(schedule.referenceHourOfDay)}:${two(schedule.referenceMinuteOfHour)}`;
  const lines = [
    schedule.nextSnapshot === undefined
      ? `No snapshot of ${cluster} is scheduled.`
      : `The next snapshot of ${cluster} is taken at ${schedule.nextSnapshot}; the time of day is ${time} UTC.`,
    schedule.autoExportEnabled && schedule.export !== undefined
      ? `Snapshots are exported to the bucket ${nameOfBucket(await listBuckets(session), schedule.export.exportBucketId)}: ${schedule.export.frequencyType}.`
      : 'Snapshots are not exported by themselves.',
    ...(schedule.useOrgAndGroupNamesInExportPrefix
      ? ['Exports have the names of organization and project in their paths.']
      : []),
  ];
  const fit = fitting(terminal, ['FREQUENCY']);
  const table = rows.length === 0 ? '' : `${formatTable(['FREQUENCY', 'TAKEN', 'KEPT FOR'], rows, fit)}\n`;
  terminal.say(`${table}${lines.join('\n')}\n`);
}
