import { AppError, codeOf, messageOf } from '../kernel/errors.ts';
import type { WrittenObject } from './contract.ts';

/** A request to a bucket, in the words of an error's message: "writing of object … failed". Each needs a permission of its own. */
export type StoreOperation = 'writing' | 'reading' | 'looking up' | 'listing' | 'deleting';

export function objectNotFound(key: string, cause?: unknown): AppError {
  return new AppError({
    code: 'OBJECT_NOT_FOUND',
    message: `the store holds no object ${JSON.stringify(key)}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Checks the acknowledgement of a store against the body that was put.
 * @param given has `sha256` if the caller knows it.
 * @throws AppError `OBJECT_INCOMPLETE`
 */
export function assertWritten(
  key: string,
  given: { readonly bytes: number; readonly sha256?: string },
  written: WrittenObject,
): void {
  const { bytes, sha256 = written.sha256 } = given;
  if (written.bytes === bytes && written.sha256 === sha256) return;
  throw new AppError({
    code: 'OBJECT_INCOMPLETE',
    message:
      `of object ${JSON.stringify(key)} the store wrote ${written.bytes} bytes with the SHA-256 ${written.sha256}; ` +
      `it was given ${bytes} bytes with the SHA-256 ${sha256}`,
    hint: 'Check the memory of the machine and the object store, then try again: one of them is at fault.',
    transient: true,
  });
}

/** The error of a put with `ifAbsent`. */
export function objectExists(key: string, cause?: unknown): AppError {
  return new AppError({
    code: 'OBJECT_EXISTS',
    message: `the store holds an object ${JSON.stringify(key)} already`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether the error says that the object does not exist. */
export function isMissingObject(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_NOT_FOUND';
}

/** Whether the error says that the object exists already. */
export function isExistingObject(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_EXISTS';
}

/** Whether the error says that the store does not know a feature that the request uses. */
export function isUnsupported(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_STORE_UNSUPPORTED';
}

/** Whether the error says that the disk cannot read the object, which stands for this object alone. */
export function isUnreadable(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_UNREADABLE';
}

/** Whether the error says that the role may not do the operation. A role may be allowed to write only. */
export function isForbidden(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_STORE_FORBIDDEN';
}

/** A failure that a driver knows: the facts of its error. */
export interface KnownFailure {
  readonly code: string;
  /** Completes the sentence "writing of object … failed: ". */
  readonly reason: string;
  readonly hint: string;
  readonly transient: boolean;
}

/** What a request was about: of a listing, the key is the beginning of keys. */
function named(operation: string, key: string): string {
  if (operation !== 'listing') return `object ${JSON.stringify(key)}`;
  return key === '' ? 'the bucket' : `the objects below ${JSON.stringify(key)}`;
}

export function knownFailure(operation: string, key: string, known: KnownFailure, cause: unknown): AppError {
  return new AppError({
    code: known.code,
    message: `${operation} of ${named(operation, key)} failed: ${known.reason}`,
    hint: known.hint,
    transient: known.transient,
    cause,
  });
}

/** The error for causes that a driver does not know. @param hint says what to do; absent: nothing is known to help. */
export function storeFailed(
  operation: string,
  key: string,
  cause: unknown,
  transient: boolean,
  hint?: string,
): AppError {
  return new AppError({
    code: 'OBJECT_STORE_FAILED',
    // Services write the ids of requests on further lines. The cause keeps them.
    message: `${operation} of ${named(operation, key)} failed: ${messageOf(cause).split('\n', 1).join().trim()}`,
    ...(hint === undefined ? {} : { hint }),
    transient,
    cause,
  });
}
