import { AppError, codeOf, messageOf } from '../kernel/errors.ts';
import type { WrittenObject } from './contract.ts';

export function objectNotFound(key: string, cause?: unknown): AppError {
  return new AppError({
    code: 'OBJECT_NOT_FOUND',
    message: `the store holds no object ${JSON.stringify(key)}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Holds what a store acknowledged against what it was given.
 * @param given `sha256` where the giver knows it.
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
    hint: 'The memory of the machine or the object store is at fault: check both, then try again.',
    transient: true,
  });
}

/** Whether the store said that there is no such object. */
export function isMissingObject(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_NOT_FOUND';
}

/** Whether the store refused because the role may not do it: a role may be one that only writes. */
export function isForbidden(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_STORE_FORBIDDEN';
}

/** What anything that was thrown says in a sentence of the store's: for causes that a driver does not know. */
export function storeFailed(operation: string, key: string, cause: unknown, transient: boolean): AppError {
  return new AppError({
    code: 'OBJECT_STORE_FAILED',
    message: `${operation} of object ${JSON.stringify(key)} failed: ${messageOf(cause)}`,
    transient,
    cause,
  });
}
