import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Environment } from '../app/config.ts';
import { AppError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { ClusterSource, LiveSource } from '../resources/clusters/index.ts';
import { readMongodbUri, type MongodbUriOptions } from './mongodb-uri.ts';

const MIB = 1024 * 1024;
/** The values of --when-history-ends, with their names in the API. */
const HISTORY_CHOICES = { fail: 'fail', 'fall-back': 'fallBack' } as const;
type HistoryChoice = keyof typeof HISTORY_CHOICES;
/** The value of `--archive`, and of the attribute in the API, for archives that are sent. */
const SENT = '-';

interface SourceOptions extends MongodbUriOptions {
  readonly mongodump?: string;
  readonly database?: string;
  readonly archive?: string;
  readonly whenHistoryEnds?: HistoryChoice;
  readonly readRate?: string;
}

/** Adds the options that say where the data of a cluster is. @param options.isReadByServer whether a server reads it, and not this process. */
export function addSourceOptions(command: Command, { isReadByServer }: { readonly isReadByServer: boolean }): Command {
  const place = isReadByServer ? ', on the machine of the server' : '';
  const sent = isReadByServer ? '; - if an archive is sent with each snapshot' : '';
  return command
    .option('--mongodump <DIR>', `directory that mongodump wrote${place}`)
    .option(
      '--database <NAME>',
      'name of the database, if DIR holds the files of a single one (default: the name of DIR)',
    )
    .option('--archive <FILE>', `what mongodump --archive wrote${place}${sent}`)
    .option('--mongodb-uri-env <VAR>', 'environment variable that holds the MongoDB connection string')
    .option('--mongodb-uri-file <FILE>', 'file that holds the MongoDB connection string; - is standard input')
    .addOption(
      new Option(
        '--when-history-ends <CHOICE>',
        'what happens if reading takes longer than the deployment keeps its history; fail is the default',
      ).choices(Object.keys(HISTORY_CHOICES)),
    )
    .option('--read-rate <MIB>', 'read at most so many MiB of BSON a second from a running deployment');
}

/** The source that the options name. @throws AppError `MISSING_OPTION`, `INVALID_OPTION` */
export async function sourceOf(command: Command, environment: Environment | undefined): Promise<ClusterSource> {
  const options = command.opts<SourceOptions>();
  const { mongodump: directory, database, archive } = options;
  const given = placesIn(options);
  if (given.length !== 1) {
    throw usage(
      given.length === 0
        ? 'nothing says where the data is: no --mongodump, no --archive and no MongoDB URI'
        : 'two sources were given, and a cluster has one',
    );
  }
  if (database !== undefined && directory === undefined)
    throw usage('--database names the database of a --mongodump DIR');
  const reading = readingOf(options);
  if ((directory !== undefined || archive !== undefined) && Object.keys(reading).length > 0) throw onlyRunning();
  if (directory !== undefined) {
    return { kind: 'mongodump', directory: resolve(directory), ...(database === undefined ? {} : { database }) };
  }
  if (archive !== undefined) {
    return archive === SENT ? { kind: 'upload' } : { kind: 'archive', file: resolve(archive) };
  }
  return { kind: 'mongodb', uri: await readMongodbUri(options, environment), ...reading };
}

/**
 * The body that changes a cluster to what the options name. Options for reading a running deployment need no source, and neither do choices.
 * @param choices what snapshots of the cluster permit.
 * @throws AppError `MISSING_OPTION`, `INVALID_OPTION`
 */
export async function changedClusterBody(
  command: Command,
  choices: JsonObject,
  environment: Environment | undefined,
): Promise<JsonObject> {
  const options = command.opts<SourceOptions>();
  const reading = readingOf(options);
  if (placesIn(options).length === 0 && options.database === undefined) {
    if (Object.keys(reading).length > 0) return { ...choices, mongodb: { ...reading } };
    if (Object.keys(choices).length > 0) return choices;
    throw nothingToChange();
  }
  return { ...choices, ...sourceBody(await sourceOf(command, environment)) };
}

/** The options that say where the data is. */
function placesIn({ mongodump, archive, mongodbUriEnv, mongodbUriFile }: SourceOptions): readonly string[] {
  return [mongodump, archive, mongodbUriEnv, mongodbUriFile].filter((each) => each !== undefined);
}

/** The source as the body of a registration has it. */
export function sourceBody(source: ClusterSource): JsonObject {
  switch (source.kind) {
    case 'mongodump': {
      const { directory, database } = source;
      return { mongodump: { directory, ...(database === undefined ? {} : { database }) } };
    }
    case 'archive':
      return { mongodump: { archive: source.file } };
    case 'upload':
      return { mongodump: { archive: SENT } };
    case 'mongodb': {
      const { uri, whenHistoryEnds, bytesPerSecond } = source;
      return {
        mongodb: {
          uri,
          ...(whenHistoryEnds === undefined ? {} : { whenHistoryEnds }),
          ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
        },
      };
    }
  }
}

/** The options for reading a running deployment. */
function readingOf({ whenHistoryEnds, readRate }: SourceOptions): Omit<LiveSource, 'kind' | 'uri'> {
  if (readRate !== undefined && !/^[1-9]\d{0,5}$/.test(readRate)) {
    throw wrongOption('--read-rate', readRate, 'a whole number of MiB a second');
  }
  return {
    ...(whenHistoryEnds === undefined ? {} : { whenHistoryEnds: HISTORY_CHOICES[whenHistoryEnds] }),
    ...(readRate === undefined ? {} : { bytesPerSecond: Number(readRate) * MIB }),
  };
}

/** @param cluster the name of a registered cluster that is no running deployment; absent: the command names a dump. */
export function onlyRunning(cluster?: string): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message: `--read-rate and --when-history-ends are for running deployments, and ${cluster === undefined ? 'a dump' : `the registered cluster ${cluster}`} is none`,
    hint: 'Leave these options out.',
  });
}

function nothingToChange(): AppError {
  return new AppError({
    code: 'MISSING_OPTION',
    message: 'nothing was given that could change the cluster',
    hint: 'Run `longshore cluster update --help` to see what can be changed.',
  });
}

function usage(message: string): AppError {
  return new AppError({
    code: 'MISSING_OPTION',
    message,
    hint: 'Give one of --mongodump DIR, --archive FILE, --mongodb-uri-env VAR, --mongodb-uri-file FILE (- reads standard input).',
  });
}

function wrongOption(option: string, given: string, expects: string): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message: `${option} is ${JSON.stringify(given)}, which is not ${expects}`,
    hint: `Give ${expects}.`,
  });
}
