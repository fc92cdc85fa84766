import { AppError, codeOf } from '../../kernel/errors.ts';
import { knownFailure, objectNotFound, storeFailed, type KnownFailure } from '../errors.ts';

/** Transient system errors, such as too many open files, a busy device, or a network file system without its server. */
const TRANSIENT = new Set(['EAGAIN', 'EBUSY', 'EINTR', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE', 'ETIMEDOUT']);

/**
 * Whether the same system call may succeed a moment later. EIO is excluded: the object must be written again from its
 * beginning, because the next `fsync` may succeed although data is lost (https://lwn.net/Articles/752063/).
 */
export function mayPass(thrown: unknown): boolean {
  const systemCode = codeOf(thrown);
  return systemCode !== undefined && systemCode !== 'EIO' && TRANSIENT.has(systemCode);
}

/** The system errors that users can fix, each with a hint. */
const KNOWN: Readonly<Record<string, KnownFailure>> = {
  ENOSPC: {
    code: 'OBJECT_STORE_FULL',
    reason: 'the disk is full',
    hint: 'Free space on the file system of the bucket or of the repository. The work continues at the next attempt.',
    transient: true,
  },
  EDQUOT: {
    code: 'OBJECT_STORE_FULL',
    reason: 'the disk quota is used up',
    hint: 'Free space or have the quota raised. The work continues at the next attempt.',
    transient: true,
  },
  EACCES: {
    code: 'OBJECT_STORE_FORBIDDEN',
    reason: 'the user that Longshore runs as lacks permission',
    hint: 'Give that user read and write access to the directory of the bucket.',
    transient: false,
  },
  EPERM: {
    code: 'OBJECT_STORE_FORBIDDEN',
    reason: 'the operating system does not permit it',
    hint: 'Give the user that Longshore runs as read and write access to the directory of the bucket.',
    transient: false,
  },
  EROFS: {
    code: 'OBJECT_STORE_FORBIDDEN',
    reason: 'the file system is read-only',
    hint: 'Mount the file system of the bucket for writing, or choose another directory.',
    transient: false,
  },
  ENAMETOOLONG: {
    code: 'OBJECT_KEY_TOO_LONG',
    reason: 'a part of the key is longer than the file system allows for a name',
    hint: 'Use an object store without that limit (Amazon S3 takes keys of 1024 bytes), or a shorter name.',
    transient: false,
  },
  ENOTDIR: {
    code: 'OBJECT_KEY_CONFLICT',
    reason: 'another object has the name of one of its folders',
    hint: 'Remove the other object, or choose another key.',
    transient: false,
  },
  EISDIR: {
    code: 'OBJECT_KEY_CONFLICT',
    reason: 'there is a folder of that name',
    hint: 'Choose another key.',
    transient: false,
  },
  EEXIST: {
    code: 'OBJECT_KEY_CONFLICT',
    reason: 'there is something else of that name',
    hint: 'Choose another key.',
    transient: false,
  },
  ENOTEMPTY: {
    code: 'OBJECT_KEY_CONFLICT',
    reason: 'there is a folder of that name',
    hint: 'Choose another key.',
    transient: false,
  },
};

/** EIO of a read stands for one file, because a disk loses single sectors. */
const UNREADABLE: KnownFailure = {
  code: 'OBJECT_UNREADABLE',
  reason: 'the disk cannot read it',
  hint: 'Look for errors of the disk in the log of the system.',
  transient: true,
};

export function noDirectory(path: string, cause: unknown): AppError {
  return new AppError({
    code: 'OBJECT_STORE_NO_DIRECTORY',
    message: `opening the bucket ${path} failed: it, or what it is in, is no directory`,
    hint: 'Move away the file that is there instead, then register the bucket again, which creates its directory.',
    cause,
  });
}

/** The error of a directory that is missing or is no bucket. An unmounted disk leaves an empty directory in its place. */
export function bucketGone(directory: string, cause?: unknown): AppError {
  return new AppError({
    code: 'OBJECT_STORE_GONE',
    message: `the directory ${directory} is no bucket any more: it was removed, or its file system is not mounted`,
    hint: 'Mount the file system, or put the directory back; the work then continues. To begin with an empty bucket: `longshore export cancel CLUSTER EXPORT` for each export that waits, `longshore bucket delete BUCKET`, `longshore bucket create BUCKET`.',
    transient: true,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error of a directory that is another bucket than the registered one, because another disk is mounted there, say. */
export function bucketForeign(directory: string, expected: string, found: readonly string[]): AppError {
  const other = found.length === 0 ? 'has no id' : `has the id ${found.join(' and ')}`;
  return new AppError({
    code: 'OBJECT_STORE_FOREIGN',
    message: `the directory ${directory} is another bucket: the one that was registered has the id ${expected}, and this one ${other}`,
    hint: 'Mount the file system of the registered bucket; the work then continues. To write to the one that is there, cancel the exports that wait, then delete the bucket from the project and create it again.',
    transient: true,
  });
}

/**
 * Classifies the error of a put. ENOENT is transient here, because it means that another process has removed the temporary file
 * or a folder, and not that the object is missing.
 */
export function classifiedPut(key: string, thrown: unknown): Error {
  return codeOf(thrown) === 'ENOENT' ? storeFailed('writing', key, thrown, true) : classified('writing', key, thrown);
}

/** Converts an error of node:fs to an AppError, which says whether a retry may succeed. AppErrors are returned unchanged. */
export function classified(operation: string, key: string, thrown: unknown): Error {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return thrown;
  const systemCode = codeOf(thrown);
  if (systemCode === 'ENOENT') return objectNotFound(key, thrown);
  const isRead = operation === 'reading' && systemCode === 'EIO';
  const known = isRead ? UNREADABLE : systemCode === undefined ? undefined : KNOWN[systemCode];
  if (known === undefined) {
    return storeFailed(operation, key, thrown, systemCode !== undefined && TRANSIENT.has(systemCode));
  }
  return knownFailure(operation, key, known, thrown);
}
