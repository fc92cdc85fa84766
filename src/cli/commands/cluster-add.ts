import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { environmentVariable, type Environment } from '../../app/config.ts';
import { AppError, messageOf } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../command.ts';
import { Cluster } from '../documents.ts';

interface SourceOptions {
  readonly mongodump?: string;
  readonly mongodbUriEnv?: string;
  readonly mongodbUriFile?: string;
}

function usage(message: string): AppError {
  return new AppError({
    code: 'MISSING_OPTION',
    message,
    hint: 'Give one of --mongodump DIR, --mongodb-uri-env VAR, --mongodb-uri-file FILE (- reads standard input).',
  });
}

/** Reads the connection string from a variable or a file, because the list of processes would show the password of a flag. */
async function readUri(options: SourceOptions, environment: Environment | undefined): Promise<string> {
  const { mongodbUriEnv: name, mongodbUriFile: file = '' } = options;
  if (name !== undefined) {
    const uri = environmentVariable(name, environment);
    if (uri === undefined || uri === '') throw usage(`the environment variable ${name} holds no connection string`);
    return uri.trim();
  }
  try {
    return (file === '-' ? await text(process.stdin) : readFileSync(file, 'utf8')).trim();
  } catch (error) {
    throw usage(`the connection string cannot be read from ${file}: ${messageOf(error)}`);
  }
}

async function sourceOf(command: Command, environment: Environment | undefined): Promise<JsonObject> {
  const options = command.opts<SourceOptions>();
  const given = [options.mongodump, options.mongodbUriEnv, options.mongodbUriFile].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw usage(
      given.length === 0
        ? 'nothing says where the data is: no --mongodump and no MongoDB URI'
        : 'two sources were given, and a cluster has one',
    );
  }
  if (options.mongodump !== undefined) return { mongodump: { directory: resolve(options.mongodump) } };
  return { mongodb: { uri: await readUri(options, environment) } };
}

export const addClusterAdd: AddCommand = (parent, surroundings) => {
  const { terminal, environment } = surroundings;
  const command = parent
    .command('add')
    .description('register a deployment, or what mongodump wrote of one, as a cluster')
    .argument('<name>', 'letters, digits and hyphens')
    .option('--mongodump <DIR>', 'directory that mongodump wrote, on the machine of the server')
    .option('--mongodb-uri-env <VAR>', 'environment variable that holds the MongoDB connection string')
    .option('--mongodb-uri-file <FILE>', 'file that holds the MongoDB connection string; - is standard input')
    .action(async (name: string) => {
      const session = openSession(command, surroundings);
      const source = await sourceOf(command, environment);
      const path = `/api/longshore/v1/groups/${encodeURIComponent(session.groupId)}/clusters`;
      const cluster = await session.client.request(Cluster, 'POST', path, { name, ...source });
      if (wantsJson(command)) printJson(terminal, cluster);
      else
        terminal.out.write(
          `Cluster ${cluster.name} is registered (MongoDB ${cluster.mongoDBVersion}, id ${cluster.id}).\n`,
        );
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore cluster add Cluster0 --mongodump /backups/2026-08-10',
    'MONGODB_URI=mongodb://… longshore cluster add Cluster0 --mongodb-uri-env MONGODB_URI',
    'pass show mongodb/uri | longshore cluster add Cluster0 --mongodb-uri-file -',
  ]);
};
