import { Option, type Command } from 'commander';
import { resolveSettings } from '../../app/config.ts';
import { AppError } from '../../kernel/errors.ts';
import type { IfExists, RestoreProgress, RestoreReport } from '../../pipelines/restore/index.ts';
import type { RestoreTarget } from '../../snapshot/targets/index.ts';
import { ADDRESS_FORMS } from '../bucket-address.ts';
import {
  addExamples,
  addOptions,
  flagsOf,
  printJson,
  wantsJson,
  type AddCommand,
  type Surroundings,
} from '../command.ts';
import { formatCount } from '../format.ts';
import { withAftermath } from '../interrupted.ts';
import { createProgress } from '../progress.ts';
import { requireCompleted, restoreProgress } from '../restore-job.ts';
import { reportText } from '../restore/report-text.ts';
import { replayOf } from '../restore/replay.ts';
import { openRestoreSource } from '../restore/source.ts';
import { openRestoreTarget, requireOneTarget, type TargetOptions } from '../restore/target.ts';

const IF_EXISTS = ['fail', 'drop', 'merge', 'skip'] as const satisfies readonly IfExists[];

/** The download job of a snapshot of a server is withdrawn. */
const STOPPED = {
  fact: 'the restore has stopped, too, and no job of a server goes on with it',
  hint: 'Run the same command again to continue.',
};

interface Options extends TargetOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly rename?: readonly string[];
  readonly drop?: true;
  readonly ifExists?: IfExists;
  readonly allowIncomplete?: true;
  readonly oplogReplay?: true;
  readonly pointInTime?: string;
  readonly targetGroupId?: string;
  readonly dryRun?: true;
  readonly state?: string;
  readonly restart?: true;
}

export const addRestore: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('restore')
    .description(
      'restore a snapshot, an export or a dump into a MongoDB deployment, or as a dump; a killed restore continues when the command runs again',
    )
    .argument(
      '<source>',
      `a snapshot or an export of a server: CLUSTER, CLUSTER/ID or ID; an export: ${ADDRESS_FORMS}; or what mongodump wrote: a directory or an archive`,
    )
    .argument(
      '[target]',
      'a registered cluster: the server restores to it, from its snapshots, its buckets (also BUCKET/folder) or dumps on its machine',
    )
    .option(
      '--target-group-id <PROJECT>',
      'the project of the registered cluster, by its name or its id (default: that of the source)',
    )
    .option('--mongodb-uri-env <VAR>', 'environment variable that holds the connection string of the target')
    .option('--mongodb-uri-file <FILE>', 'file that holds the connection string of the target; - is standard input')
    .option('--to-dump <DIR>', 'write a dump as mongodump does instead: BSON and metadata')
    .option('--to-archive <FILE>', 'write an archive as mongodump --archive does instead')
    .option('--gzip', 'zip the archive')
    .option(
      '--include <PATTERN>',
      'only these: a database, or database.collection; * is any text; may be repeated',
      more,
    )
    .option('--exclude <PATTERN>', 'all but these, in the same form; may be repeated', more)
    .option('--rename <FROM=TO>', 'another name: a.b=c.d, or a=c for a whole database; may be repeated', more)
    .option('--drop', 'drop each collection that is restored and exists, the same as --if-exists drop')
    .addOption(
      new Option(
        '--if-exists <CHOICE>',
        'what happens to collections that hold documents; fail is the default',
      ).choices(IF_EXISTS),
    )
    .option('--allow-incomplete', 'restore an export without .complete, which may not have been finished')
    .option('--oplog-replay', 'apply the oplog, which dumps made by mongodump --oplog and snapshots of them have')
    .option(
      '--point-in-time <TIME>',
      'apply the oplog up to just before a time such as 2026-08-10T12:00:00Z, or up to and including an entry, SECONDS:INCREMENT',
    )
    .option('--dry-run', 'say what would be restored, and change nothing')
    .option(
      '--state <FILE>',
      'where progress is kept for the next attempt (default: in restores of the data directory)',
    )
    .option('--restart', 'forget an earlier attempt')
    .option('--json', 'print the report as JSON')
    .action(async (source: string, target: string | undefined) => {
      if (target !== undefined) {
        await runOnServer({ source, target }, command, surroundings);
        return;
      }
      if (command.opts<Options>().targetGroupId !== undefined) throw withoutCluster();
      const report = await run(source, command, surroundings).catch((thrown: unknown) => {
        throw withAftermath(thrown, STOPPED);
      });
      if (wantsJson(command)) printJson(terminal, report);
      else terminal.say(reportText(terminal, report));
      requireGood(report);
    });
  addOptions(command, ['s3Endpoint', 's3Region', 's3Addressing', 'dataDir', 'config']);
  addOptions(command, ['url', 'groupId', 'publicKey', 'profile']);
  addExamples(command, [
    'longshore restore ./longshore-data/buckets/example-bucket --mongodb-uri-env MONGODB_URI',
    'longshore restore s3://example-bucket/copies/nightly --mongodb-uri-env MONGODB_URI --dry-run',
    'longshore restore 66b5c0ffee0123456789abcd --mongodb-uri-file ./uri --include shop --rename shop=shop_restored',
    'longshore restore Cluster0/latest --mongodb-uri-env MONGODB_URI --drop',
    'longshore restore Cluster0 staging --target-group-id test --drop',
    'longshore restore example-bucket/copies/nightly staging --include shop --rename shop=shop_restored',
    'longshore restore ./dump --mongodb-uri-env MONGODB_URI',
    'longshore restore az://account/exports/copies/nightly --to-dump ./dump',
  ]);
};

/** The options that have no meaning for a restore that a server makes. */
const NOT_OF_SERVER = ['mongodbUriEnv', 'mongodbUriFile', 'toDump', 'toArchive', 'gzip', 'state', 'restart'];

async function runOnServer(
  { source, target }: { readonly source: string; readonly target: string },
  command: Command,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const refused = NOT_OF_SERVER.filter((name) => command.getOptionValueSource(name) === 'cli');
  const given = command.options.find((option) => refused.includes(option.attributeName()));
  if (given?.long !== undefined) throw notForServer(given.long, target);
  const options = command.opts<Options>();
  const { include = [], exclude = [], rename = [], dryRun = false, allowIncomplete = false } = options;
  const targetProject = options.targetGroupId;
  const ifExists = ifExistsOf(options);
  const oplog = await replayOf(options);
  const { parseRenamings } = await import('../../pipelines/restore/index.ts');
  const selection = { include, exclude, rename: parseRenamings(rename) };
  const { restoreOnServer } = await import('../restore/on-server.ts');
  const wanted = { source, target, targetProject, ifExists, ...oplog, ...selection, dryRun, allowIncomplete };
  const { job, report } = await restoreOnServer(wanted, command, surroundings);
  if (wantsJson(command)) printJson(terminal, job);
  else if (report !== undefined) terminal.say(reportText(terminal, report));
  requireCompleted(job);
}

function withoutCluster(): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message: '--target-group-id is there without a registered cluster as the target',
    hint: 'Name the cluster after the source, or leave --target-group-id out.',
  });
}

function notForServer(option: string, target: string): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message: `${option} and the cluster ${target} exclude each other: the server writes to a registered cluster, and keeps the progress itself`,
    hint: `Leave ${option} out; or give the connection string of the target (--mongodb-uri-env VAR) instead of its name.`,
  });
}

function more(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function run(text: string, command: Command, surroundings: Surroundings): Promise<RestoreReport> {
  const { terminal, clock, signal, environment } = surroundings;
  const options = command.opts<Options>();
  const { include = [], exclude = [], rename = [] } = options;
  const { dryRun = false, restart = false, allowIncomplete = false } = options;
  const ifExists = ifExistsOf(options);
  requireOneTarget(options);
  const { parseRenamings, restore } = await import('../../pipelines/restore/index.ts');
  const renamings = parseRenamings(rename);
  const oplog = await replayOf(options);
  const { source, close } = await openRestoreSource(
    text,
    { allowIncomplete, upTo: oplog.oplog?.upTo },
    command,
    surroundings,
  );
  const { BlockPool } = await import('../../pipelines/threads/index.ts');
  const { defaultStateFile, openStateFile, restoreIdOf } = await import('../restore/state-file.ts');
  const pool = new BlockPool();
  const progress = createProgress(terminal, 'restore', clock);
  let target: RestoreTarget | undefined;
  try {
    target = await openRestoreTarget(options, source, { clock, environment });
    const restoreId = restoreIdOf({ source: source.identity, target: target.description, rename, ...oplog });
    const { dataDir } = resolveSettings(flagsOf(command), environment);
    const state = openStateFile(options.state ?? defaultStateFile(dataDir, restoreId), { restoreId, restart });
    const selection = { include, exclude, rename: renamings };
    const onProgress = (made: RestoreProgress): void => progress.update(restoreProgress(made));
    const surrounding = { pool, clock, signal, onProgress };
    return await restore({ source, target, ...selection, ...surrounding, ...oplog, ifExists, dryRun, state });
  } finally {
    progress.end();
    // All are closed, also when closing one fails.
    await Promise.all([target?.close(), pool.close(), close()]);
  }
}

/** @throws AppError `INVALID_OPTION` */
function ifExistsOf({ drop, ifExists }: Options): IfExists {
  const choice = ifExists ?? (drop === true ? 'drop' : 'fail');
  if (drop !== true || choice === 'drop') return choice;
  throw new AppError({
    code: 'INVALID_OPTION',
    message: `--drop and --if-exists ${choice} contradict each other`,
    hint: 'Leave one of them out.',
  });
}

/** @throws AppError `RESTORE_DIFFERS` */
function requireGood({ problems }: RestoreReport): void {
  if (problems.length === 0) return;
  throw new AppError({
    code: 'RESTORE_DIFFERS',
    message: `not as in the source: ${formatCount(problems.length, 'collection')} of the target`,
    hint: 'Find out who writes to the target, and restore these collections again with --drop.',
  });
}
