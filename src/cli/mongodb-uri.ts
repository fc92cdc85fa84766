import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { environmentVariable, type Environment } from '../app/config.ts';
import { AppError, messageOf } from '../kernel/errors.ts';

/** The options of a command that say where its connection string is. */
export interface MongodbUriOptions {
  readonly mongodbUriEnv?: string;
  readonly mongodbUriFile?: string;
}

/**
 * Reads the connection string from a variable or a file, because the list of processes would show the password of a flag.
 * @throws AppError `MISSING_OPTION`
 */
export async function readMongodbUri(
  { mongodbUriEnv: name, mongodbUriFile: file = '' }: MongodbUriOptions,
  environment: Environment | undefined,
): Promise<string> {
  if (name !== undefined) {
    const uri = environmentVariable(name, environment);
    if (uri === undefined || uri === '') throw missing(`the environment variable ${name} holds no connection string`);
    return uri.trim();
  }
  try {
    return (file === '-' ? await text(process.stdin) : readFileSync(file, 'utf8')).trim();
  } catch (error) {
    throw missing(`the connection string cannot be read from ${file}: ${messageOf(error)}`);
  }
}

function missing(message: string): AppError {
  return new AppError({
    code: 'MISSING_OPTION',
    message,
    hint: 'Give --mongodb-uri-env VAR, or --mongodb-uri-file FILE (- reads standard input).',
  });
}
