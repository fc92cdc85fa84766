import { AppError, codeOf, messageOf } from '../kernel/errors.ts';

export function objectNotFound(key: string, cause?: unknown): AppError {
  return new AppError({
    code: 'OBJECT_NOT_FOUND',
    message: `the store holds no object ${JSON.stringify(key)}`,
    ...(cause === undefined ? {} : { cause }),
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
