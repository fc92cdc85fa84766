import { AppError, codeOf, messageOf } from '../kernel/errors.ts';

export function objectNotFound(key: string, cause?: unknown): AppError {
  return new AppError({
    code: 'OBJECT_NOT_FOUND',
    message: `the store holds no object ${JSON.stringify(key)}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The body that arrived is not the one that the caller hashed: nothing was written. */
export function checksumMismatch(key: string, expected: string, actual: string): AppError {
  return new AppError({
    code: 'OBJECT_CHECKSUM_MISMATCH',
    message: `the body of object ${JSON.stringify(key)} has the SHA-256 ${actual}, not ${expected}`,
    hint: 'The bytes changed in memory while they were written: check the machine, then try again.',
  });
}

/** Whether the store said that there is no such object. */
export function isMissingObject(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_NOT_FOUND';
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
