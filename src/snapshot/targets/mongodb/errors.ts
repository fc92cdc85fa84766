import { MongoError } from 'mongodb';
import { AppError, codeOf, messageOf } from '../../../kernel/errors.ts';
import { isTransient, serverCode } from '../../sources/deployments.ts';
import type { CollectionName } from '../contract.ts';

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
export const UNAUTHORIZED = 13;
export const NAMESPACE_NOT_FOUND = 26;
export const NAMESPACE_EXISTS = 48;
export const DUPLICATE_KEY = 11_000;

/**
 * Errors of writing that may pass later: LockTimeout, WriteConcernFailed, WriteConflict, NetworkInterfaceExceededTimeLimit,
 * IngressRequestRateLimitExceeded.
 */
const TRANSIENT_WRITE_CODES = new Set([24, 64, 112, 202, 462]);

export function isTransientWriteCode(code: number): boolean {
  return TRANSIENT_WRITE_CODES.has(code);
}

/** Whether the same command may succeed later, or at another member. */
export function mayPass(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.transient;
  if (thrown instanceof MongoError && thrown.hasErrorLabel('RetryableWriteError')) return true;
  const code = serverCode(thrown);
  return (code !== undefined && isTransientWriteCode(code)) || isTransient(thrown);
}

export function nameOf({ database, name }: CollectionName): string {
  return `${database}.${name}`;
}

/** Converts an error of a command. @param doing what failed, such as `creating the indexes of shop.orders`. */
export function commandFailure(doing: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError({
    code: 'RESTORE_TARGET_REFUSED',
    message: `${doing} failed: ${messageOf(cause)}`,
    hint: hintOf(cause),
    transient: mayPass(cause),
    cause,
  });
}

function hintOf(cause: unknown): string {
  if (serverCode(cause) === UNAUTHORIZED)
    return 'Grant the user the role restore, or readWrite and dbAdmin on the databases that are restored.';
  return mayPass(cause)
    ? 'Look at the log of the MongoDB server, and run the restore again: it continues.'
    : 'If the server does not support this, restore to one that does, or without the collection (`longshore restore --exclude`). Otherwise mend the cause, and run the restore again: it continues.';
}

/** Converts an error of opening a deployment for writing. */
export function targetUnreachable(cause: unknown): AppError {
  if (codeOf(cause) === 'SOURCE_TOO_OLD') {
    return new AppError({
      code: 'RESTORE_TARGET_TOO_OLD',
      message: messageOf(cause),
      hint: 'Restore to MongoDB 4.4 or newer; or write a dump with --to-dump DIR, and restore the dump with a mongorestore that knows the server.',
      cause,
    });
  }
  if (cause instanceof AppError && cause.code !== 'SOURCE_UNREACHABLE') return cause;
  const reason = cause instanceof AppError ? cause.cause : cause;
  return new AppError({
    code: 'RESTORE_TARGET_UNREACHABLE',
    message: `the MongoDB deployment cannot be written to: ${messageOf(reason)}`,
    hint:
      cause instanceof AppError && cause.hint !== undefined
        ? cause.hint
        : 'Check that the connection string names a running server.',
    transient: mayPass(reason),
    cause: reason,
  });
}
