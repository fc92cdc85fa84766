import { InvalidArgumentError, Option } from 'commander';
import { AppError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readSchedule } from '../../documents.ts';
import { findBucket, findCluster } from '../../find.ts';
import { parsePolicyItem, type NewPolicyItem } from '../../policy-items.ts';
import { saySchedule } from '../../schedule-text.ts';

interface UpdateOptions {
  readonly item?: readonly NewPolicyItem[];
  readonly time?: { readonly hour: number; readonly minute: number };
  readonly exportBucket?: string;
  readonly exportFrequency?: string;
  /** Commander gives `--no-export` as false, and true if it is absent. */
  readonly export: boolean;
  readonly namesInPrefix?: boolean;
  readonly updateSnapshots?: true;
  readonly deleteSnapshots?: true;
}

function parseTime(text: string): NonNullable<UpdateOptions['time']> {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) {
    throw new InvalidArgumentError('Give hours and minutes in UTC, such as 03:15.');
  }
  return { hour: Number(hour), minute: Number(minute) };
}

export const addScheduleUpdate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('update')
    .description('change the backup schedule of a cluster; what is not named stays as it is')
    .argument('<cluster>', 'name of the cluster')
    .option(
      '--item <FREQUENCY:INTERVAL:RETENTION>',
      'a policy item, such as hourly:6:7d, daily:7d, weekly:saturday:4w, monthly:last:12m, yearly:december:1y; may be repeated; those given replace all present ones',
      (text: string, before: readonly NewPolicyItem[] | undefined) => [...(before ?? []), parsePolicyItem(text)],
    )
    .option('--time <HH:MM>', 'time of day of the snapshots, in UTC', parseTime)
    .option(
      '--export-bucket <BUCKET>',
      'export snapshots to this bucket: its name, its id, or a unique beginning of the id; needs --export-frequency if there is none yet',
    )
    .addOption(
      new Option(
        '--export-frequency <FREQUENCY>',
        'which snapshots are exported: these and less frequent ones',
      ).choices(['daily', 'weekly', 'monthly', 'yearly']),
    )
    .option('--no-export', 'do not export snapshots any more')
    .option('--names-in-prefix', 'put the names of organization and project into the paths of exports')
    .option('--no-names-in-prefix', 'put their ids there')
    .option('--update-snapshots', 'change the retention of earlier snapshots, too')
    .option('--delete-snapshots', 'delete the snapshots of removed policy items')
    .action(async (wanted: string) => {
      const options = command.opts<UpdateOptions>();
      const session = await openSession(command, surroundings);
      const cluster = await findCluster(session, wanted);
      const bucket = options.exportBucket === undefined ? undefined : await findBucket(session, options.exportBucket);
      const body = bodyOf(options, bucket?._id);
      const schedule = await session.client.request(
        readSchedule,
        'PATCH',
        session.path(`${cluster.backup}/schedule`),
        body,
      );
      if (wantsJson(command)) printJson(terminal, schedule);
      else await saySchedule(terminal, session, cluster.name, schedule);
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore schedule update Cluster0 --item hourly:12:2d --item daily:7d --item monthly:last:12m --time 03:15',
    'longshore schedule update Cluster0 --export-bucket nightly --export-frequency daily',
    'longshore schedule update Cluster0 --no-export',
  ]);
};

/** @throws AppError `INVALID_OPTION` if no change is asked for, or if the options contradict each other. */
function bodyOf(options: UpdateOptions, exportBucketId: string | undefined): JsonObject {
  const { item, time, exportFrequency, namesInPrefix, updateSnapshots, deleteSnapshots } = options;
  const wantsExport = exportBucketId !== undefined || exportFrequency !== undefined;
  if (wantsExport && !options.export)
    throw invalidOption('--no-export contradicts --export-bucket and --export-frequency');
  const body: JsonObject = {
    ...(item && { policies: [{ policyItems: item.map((one) => ({ ...one })) }] }),
    ...(time && { referenceHourOfDay: time.hour, referenceMinuteOfHour: time.minute }),
    ...(wantsExport && {
      autoExportEnabled: true,
      export: {
        ...(exportBucketId !== undefined && { exportBucketId }),
        ...(exportFrequency !== undefined && { frequencyType: exportFrequency }),
      },
    }),
    ...(!options.export && { autoExportEnabled: false }),
    ...(namesInPrefix !== undefined && { useOrgAndGroupNamesInExportPrefix: namesInPrefix }),
  };
  if (Object.keys(body).length === 0) throw invalidOption('nothing was given that could change the schedule');
  return {
    ...body,
    ...(updateSnapshots && { updateSnapshots }),
    ...(deleteSnapshots && { deleteSnapshots }),
  };
}

function invalidOption(message: string): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message,
    hint: 'Run `longshore schedule update --help` to see what can be changed.',
  });
}
