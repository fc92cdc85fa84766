import { AppError } from '../kernel/errors.ts';
import { RefusedError } from './client.ts';
import { isSystemError } from './errors.ts';

/** The meaning of each exit code. docs/guides/cli.md shows the same table. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'done, and it succeeded' },
  failed: {
    code: 1,
    meaning: 'what was asked for failed: a snapshot or an export failed, a file differs from its manifest',
  },
  usage: { code: 2, meaning: 'the command line, an option, a file or the version of Node.js cannot be used' },
  unreachable: { code: 3, meaning: 'the server does not answer' },
  refused: { code: 4, meaning: 'the server refused: wrong key, missing role, no such thing, bad request' },
  occupied: { code: 5, meaning: 'another process uses the data directory or the port' },
  defect: { code: 70, meaning: 'a defect in Longshore: please report it with the output of LONGSHORE_LOG_LEVEL=debug' },
  interrupted: { code: 130, meaning: 'stopped with Ctrl-C' },
} as const;

/** What exit code 1 means for the commands that can end with it although they did all that they had to do. */
export const FAILURES: Readonly<Record<string, string>> = {
  backup: 'the snapshot or the export failed',
  'bucket validate': 'a trial that exports need did not pass',
  'data backup': 'the copy is damaged',
  'data check': 'the metadata, the key or a snapshot is damaged',
  demo: 'the export failed, or differs from its manifest',
  'drill run': 'the drill did not pass, or could not be run',
  'export create': 'with --watch, the export failed or was cancelled',
  'export verify': 'a file of an export is missing, damaged or not in the manifest, or there is no export',
  'export watch': 'the export failed or was cancelled',
  'repository check': 'a manifest or a block of a snapshot is damaged or missing',
  restore: 'the restore failed, or the target differs from the source',
  'restore-job watch': 'the restore failed or was cancelled',
  run: 'the snapshot or the export failed',
  'snapshot create': 'with --watch, the snapshot failed',
  'snapshot watch': 'the snapshot failed',
  'webhook test': 'the receiver did not accept the event',
};

/** The meanings of the exit codes of a command, in one line. @param name of the command, such as `export verify`. */
export function exitCodesOf(name: string): string {
  const failure = FAILURES[name];
  return failure === undefined
    ? 'Exit codes: those of `longshore --help`.'
    : `Exit codes: ${EXIT_CODES.failed.code} if ${failure}; the others are those of \`longshore --help\`.`;
}

const BY_ERROR_CODE: Readonly<Record<string, number>> = {
  SERVER_UNREACHABLE: EXIT_CODES.unreachable.code,
  DATA_DIRECTORY_IN_USE: EXIT_CODES.occupied.code,
  ADDRESS_IN_USE: EXIT_CODES.occupied.code,
  INVALID_OPTION: EXIT_CODES.usage.code,
  INVALID_CONFIG_FILE: EXIT_CODES.usage.code,
  INVALID_S3_BUCKETS: EXIT_CODES.usage.code,
  ADDRESS_UNUSABLE: EXIT_CODES.usage.code,
  INVALID_STORE_ADDRESS: EXIT_CODES.usage.code,
  INVALID_PUBLIC_URL: EXIT_CODES.usage.code,
  INVALID_PROFILE: EXIT_CODES.usage.code,
  INVALID_PUBLIC_KEY: EXIT_CODES.usage.code,
  INVALID_ENCRYPTION_KEY: EXIT_CODES.usage.code,
  ENCRYPTION_KEY_MISSING: EXIT_CODES.usage.code,
  FILE_NOT_PRIVATE: EXIT_CODES.usage.code,
  PROFILE_NOT_FOUND: EXIT_CODES.usage.code,
  MISSING_OPTION: EXIT_CODES.usage.code,
  INVALID_CONNECTION_STRING: EXIT_CODES.usage.code,
  RESTORE_SOURCE_AMBIGUOUS: EXIT_CODES.usage.code,
  RESTORE_STATE_UNUSABLE: EXIT_CODES.usage.code,
  RESTORE_TARGET_UNREACHABLE: EXIT_CODES.unreachable.code,
  DATABASE_NEWER: EXIT_CODES.usage.code,
  DATA_DIRECTORY_UNUSABLE: EXIT_CODES.usage.code,
  STAND_IN_MISMATCH: EXIT_CODES.usage.code,
  REPOSITORY_FOREIGN: EXIT_CODES.usage.code,
  AMBIGUOUS_NAME: EXIT_CODES.usage.code,
  NO_STAND_IN: EXIT_CODES.refused.code,
  NO_SUCH_THING: EXIT_CODES.refused.code,
  FILE_UNREADABLE: EXIT_CODES.usage.code,
  DIRECTORY_NOT_FOUND: EXIT_CODES.usage.code,
  NO_DATA_FOUND: EXIT_CODES.usage.code,
  NO_REPOSITORY_FOUND: EXIT_CODES.usage.code,
  INTERRUPTED: EXIT_CODES.interrupted.code,
};

/** The exit code for an error that a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof RefusedError) return EXIT_CODES.refused.code;
  if (error instanceof AppError) return BY_ERROR_CODE[error.code] ?? EXIT_CODES.failed.code;
  return isSystemError(error) ? EXIT_CODES.usage.code : EXIT_CODES.defect.code;
}
