import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Environment } from '../../../app/config.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { describeConsistency } from '../../consistency.ts';
import { readRegisteredCluster, type RegisteredCluster } from '../../documents.ts';
import { formatCount } from '../../format.ts';
import { describeLeftOut, MAX_NAMED, printable } from '../../left-out.ts';
import { readMongodbUri, type MongodbUriOptions } from '../../mongodb-uri.ts';

const MIB = 1024 * 1024;
/** The values of --when-history-ends, with their names in the API. */
const HISTORY_CHOICES = new Map([
  ['fail', 'fail'],
  ['fall-back', 'fallBack'],
]);

interface SourceOptions extends MongodbUriOptions {
  readonly mongodump?: string;
  readonly database?: string;
  readonly archive?: string;
  readonly whenHistoryEnds?: string;
  readonly readRate?: string;
}

function usage(message: string): AppError {
  return new AppError({
    code: 'MISSING_OPTION',
    message,
    hint: 'Give one of --mongodump DIR, --archive FILE, --mongodb-uri-env VAR, --mongodb-uri-file FILE (- reads standard input).',
  });
}

async function sourceOf(command: Command, environment: Environment | undefined): Promise<JsonObject> {
  const options = command.opts<SourceOptions>();
  const { mongodump, database, archive } = options;
  const given = [mongodump, archive, options.mongodbUriEnv, options.mongodbUriFile].filter(
    (each) => each !== undefined,
  );
  if (given.length !== 1) {
    throw usage(
      given.length === 0
        ? 'nothing says where the data is: no --mongodump, no --archive and no MongoDB URI'
        : 'two sources were given, and a cluster has one',
    );
  }
  if (database !== undefined && mongodump === undefined)
    throw usage('--database names the database of a --mongodump DIR');
  if (mongodump !== undefined) {
    return { mongodump: { directory: resolve(mongodump), ...(database === undefined ? {} : { database }) } };
  }
  if (archive !== undefined) return { mongodump: { archive: archive === '-' ? archive : resolve(archive) } };
  return { mongodb: { uri: await readMongodbUri(options, environment), ...readingOf(options) } };
}

/** The options for reading a running deployment. */
function readingOf({ whenHistoryEnds, readRate }: SourceOptions): JsonObject {
  const choice = whenHistoryEnds === undefined ? undefined : HISTORY_CHOICES.get(whenHistoryEnds);
  if (whenHistoryEnds !== undefined && choice === undefined) {
    throw wrongOption('--when-history-ends', whenHistoryEnds, [...HISTORY_CHOICES.keys()].join(' or '));
  }
  if (readRate !== undefined && !/^[1-9]\d{0,5}$/.test(readRate)) {
    throw wrongOption('--read-rate', readRate, 'a whole number of MiB a second');
  }
  return {
    ...(choice === undefined ? {} : { whenHistoryEnds: choice }),
    ...(readRate === undefined ? {} : { bytesPerSecond: Number(readRate) * MIB }),
  };
}

function wrongOption(option: string, given: string, expects: string): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message: `${option} is ${JSON.stringify(given)}, which is not ${expects}`,
    hint: `Give ${expects}.`,
  });
}

/** Describes for people what a snapshot will contain and leave out. */
function describe(cluster: RegisteredCluster): string {
  const { name, id, mongoDBVersion, collections, leftOut = [], warnings = [], consistency } = cluster;
  const lines = [
    `Cluster ${name} is registered (MongoDB ${mongoDBVersion}, id ${id}).`,
    ...(collections === undefined
      ? [`Send an archive with each snapshot: mongodump --archive | longshore snapshot create ${name} --archive -`]
      : [`A snapshot takes ${formatCount(collections.length, 'collection')}${shortened(collections)}`]),
    ...describeLeftOut(leftOut),
    ...warnings.map((warning) => `Warning: ${printable(warning)}`),
    ...describeConsistency(consistency),
  ];
  return `${lines.join('\n')}\n`;
}

function shortened(names: readonly string[]): string {
  const rest = names.length - MAX_NAMED;
  if (names.length === 0) return '.';
  return `: ${names.slice(0, MAX_NAMED).map(printable).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

export const addClusterAdd: AddCommand = (parent, surroundings) => {
  const { terminal, environment } = surroundings;
  const command = parent
    .command('add')
    .description('register a deployment, or what mongodump wrote of one, as a cluster')
    .argument('<name>', 'letters, digits and hyphens')
    .option('--mongodump <DIR>', 'directory that mongodump wrote, on the machine of the server')
    .option('--database <NAME>', 'what the database is called whose files DIR holds; otherwise it is called as DIR')
    .option(
      '--archive <FILE>',
      'what mongodump --archive wrote, on the machine of the server; - if an archive is sent with each snapshot',
    )
    .option('--mongodb-uri-env <VAR>', 'environment variable that holds the MongoDB connection string')
    .option('--mongodb-uri-file <FILE>', 'file that holds the MongoDB connection string; - is standard input')
    .option(
      '--when-history-ends <CHOICE>',
      'where the deployment keeps its history for too short a time: fail (the default) or fall-back',
    )
    .option('--read-rate <MIB>', 'MiB of BSON that are read of a running deployment in a second at most')
    .option('--allow-empty', 'take snapshots although there may be nothing to export')
    .option('--strict', 'fail snapshots with values that an export cannot show as they are stored')
    .action(async (name: string) => {
      const session = await openSession(command, surroundings);
      const source = await sourceOf(command, environment);
      const path = `/api/longshore/v1/groups/${encodeURIComponent(session.groupId)}/clusters`;
      const { allowEmpty = false, strict = false } = command.opts<{ allowEmpty?: true; strict?: true }>();
      const cluster = await session.client.request(readRegisteredCluster, 'POST', path, {
        name,
        allowEmpty,
        strict,
        ...source,
      });
      if (wantsJson(command)) printJson(terminal, cluster);
      else terminal.out.write(describe(cluster));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore cluster add Cluster0 --mongodump /backups/2026-08-10',
    'longshore cluster add Cluster0 --archive /backups/2026-08-10.archive.gz',
    'MONGODB_URI=mongodb://… longshore cluster add Cluster0 --mongodb-uri-env MONGODB_URI',
    'pass show mongodb/uri | longshore cluster add Cluster0 --mongodb-uri-file -',
  ]);
};
