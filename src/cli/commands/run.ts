import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { environmentVariable, options as records, resolveSettings, type Environment } from '../../app/config.ts';
import type { OneShot } from '../../app/one-shot.ts';
import { AppError } from '../../kernel/errors.ts';
import { createApiClient } from '../client.ts';
import { ADDRESS_FORMS, parseAddress } from '../bucket-address.ts';
import {
  addExamples,
  addOptions,
  flagsOf,
  printJson,
  projectPaths,
  wantsJson,
  type AddCommand,
  type Surroundings,
} from '../command.ts';
import { formatCount, formatDuration } from '../format.ts';
import { summaryOfExport } from '../export-job.ts';
import { summaryOfSnapshot } from '../snapshot-job.ts';
import { runBackup } from '../run-backup.ts';
import { addSourceOptions, sourceOf } from '../source-options.ts';
import { retentionDays } from '../take-snapshot.ts';

interface RunCommandOptions {
  readonly to: string;
  readonly cluster: string;
  readonly retentionDays: number;
  readonly allowEmpty?: true;
  readonly strict?: true;
}

/** A bucket name of the API for an address, because the API's own names cannot be paths. */
function bucketNameOf(address: string): string {
  return `run-${createHash('sha256').update(address).digest('hex').slice(0, 24)}`;
}

function unusable(message: string, hint: string): AppError {
  return new AppError({ code: 'INVALID_OPTION', message, hint });
}

/** Whether the user has named a data directory. Otherwise the run has one of its own, which is removed at the end. */
function isDataDirGiven(command: Command, dataDir: string, environment: Environment | undefined): boolean {
  const named = flagsOf(command).dataDir ?? environmentVariable(records.dataDir.env, environment);
  return named !== undefined || dataDir !== records.dataDir.default;
}

/** A run does not remove expired snapshots for longer. The next one goes on. */
const REMOVAL_TIMEOUT_MS = 10 * 60_000;

/** @returns the number of removed snapshots; 0 if the time was too short for all of them. */
async function removeExpired(shot: OneShot, { signal, terminal }: Surroundings): Promise<number> {
  const timeout = AbortSignal.timeout(REMOVAL_TIMEOUT_MS);
  try {
    return await shot.removeExpired(AbortSignal.any([signal, timeout]));
  } catch (thrown) {
    signal.throwIfAborted();
    if (!timeout.aborted) throw thrown;
    terminal.note('longshore: not all expired snapshots could be removed in 10 min; the next run goes on\n');
    return 0;
  }
}

export const addRun: AddCommand = (parent, surroundings) => {
  const { terminal, clock, environment, signal } = surroundings;
  const command = addSourceOptions(
    parent
      .command('run')
      .description('take one snapshot, export it and end: for cron, timers and CronJobs; needs no server'),
    { isReadByServer: false },
  )
    .requiredOption('--to <ADDRESS>', `the bucket to export to: ${ADDRESS_FORMS}`)
    .option('--cluster <NAME>', 'name of the cluster in the export', 'Cluster0')
    .option('--retention-days <N>', 'how long the data directory keeps the snapshot', retentionDays, 7)
    .option('--allow-empty', 'export although there may be nothing to export')
    .option('--strict', 'fail if an export cannot show a value as it is stored')
    .option('--json', 'print {"to","durationMs","snapshot","export","removedSnapshots"} as JSON')
    .action(async () => {
      const { to, cluster, allowEmpty = false, strict = false, ...rest } = command.opts<RunCommandOptions>();
      const startedAt = clock.now();
      const { EXPORTS_FOLDER } = await import('../../pipelines/export/index.ts');
      const { config: target, prefix } = parseAddress(to, EXPORTS_FOLDER, command, surroundings);
      if (prefix !== '' && prefix !== `${EXPORTS_FOLDER}/`) {
        throw unusable(
          `--to is ${to}, which is inside a bucket`,
          'Give the bucket, because exports choose their folders.',
        );
      }
      const source = await sourceOf(command, environment);
      if (source.kind === 'upload') throw unusable('--archive is -', 'Give a file that mongodump --archive wrote.');
      const settings = resolveSettings(flagsOf(command), environment);
      const { startOneShot, ONE_SHOT_URL } = await import('../../app/one-shot.ts');
      const { createServerLogger } = await import('../../app/server.ts');
      const { makeTemporaryDirectory } = await import('../temporary-directory.ts');
      const isKept = isDataDirGiven(command, settings.dataDir, environment);
      const temporary = isKept ? undefined : makeTemporaryDirectory('run');
      const dataDir = temporary?.path ?? settings.dataDir;
      try {
        const bucketName = bucketNameOf(to);
        const logLevel = settings.logLevel === records.logLevel.default ? 'error' : settings.logLevel;
        const logger = createServerLogger({ ...settings, logLevel }, terminal.err);
        const unlimited = { ...settings, dataDir, rateLimits: 'off', aws: 'local' } as const;
        const shot = await startOneShot(unlimited, { clock, logger, source, bucketName, target });
        try {
          const { groupId, publicKey, privateKey, roleId } = shot;
          const credentials = { url: ONE_SHOT_URL, publicKey, privateKey };
          const session = {
            client: createApiClient(credentials, { signal, fetch: shot.fetch }),
            url: ONE_SHOT_URL,
            groupId,
            publicKey,
            roleId,
            chosenBy: {},
            ...projectPaths(groupId),
          };
          const choices = { allowEmpty, strict, retentionDays: rest.retentionDays };
          const wanted = { ...choices, clusterName: cluster, source, bucketName };
          // Also after a failure, because the disk may be full.
          const done = await runBackup(session, surroundings, wanted).catch(async (thrown: unknown) => {
            await removeExpired(shot, surroundings).catch(() => undefined);
            throw thrown;
          });
          const removedSnapshots = await removeExpired(shot, surroundings);
          const durationMs = clock.now() - startedAt;
          if (wantsJson(command))
            printJson(terminal, { to, durationMs, snapshot: done.snapshot, export: done.job, removedSnapshots });
          else {
            terminal.say(
              `${summaryOfSnapshot(done.cluster, done.snapshot)}${summaryOfExport(done.cluster, done.job)}` +
                (removedSnapshots === 0 ? '' : `Removed ${formatCount(removedSnapshots, 'expired snapshot')}.\n`) +
                `Exported ${cluster} to ${to} in ${formatDuration(durationMs)}.\n`,
            );
          }
        } finally {
          await shot.stop();
        }
      } finally {
        temporary?.remove();
      }
    });
  addOptions(command, [
    'dataDir',
    's3Endpoint',
    's3Region',
    's3Addressing',
    's3Checksum',
    'clockCheck',
    'logLevel',
    'config',
  ]);
  addExamples(command, [
    'longshore run --mongodump /backups/2026-08-10 --to s3://example-bucket',
    'MONGODB_URI=mongodb://db/ longshore run --mongodb-uri-env MONGODB_URI --to /srv/exports --data-dir /var/lib/longshore',
    'longshore run --mongodb-uri-file /run/secrets/uri --to gs://example-bucket --json | jq -r .export.prefix',
  ]);
};
