import { AppError, codeOf } from '../../kernel/errors.ts';
import { objectNotFound, storeFailed } from '../errors.ts';

/** What may pass by itself: too many open files, a busy device, a network file system that lost its server. */
const TRANSIENT = new Set(['EAGAIN', 'EBUSY', 'EINTR', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE', 'ETIMEDOUT']);

/**
 * Whether the same system call may succeed a moment later. EIO is not in it: a disk that failed to write may call the next
 * `fsync` a success although the data is lost (https://lwn.net/Articles/752063/), so that the object is to be made anew.
 */
export function mayPass(thrown: unknown): boolean {
  const systemCode = codeOf(thrown);
  return systemCode !== undefined && systemCode !== 'EIO' && TRANSIENT.has(systemCode);
}

/** What people can do something about, and what that is. */
const KNOWN: Readonly<Record<string, { code: string; reason: string; hint: string; transient: boolean }>> = {
  ENOSPC: {
    code: 'OBJECT_STORE_FULL',
    reason: 'the disk is full',
    hint: 'Free space on the file system of the bucket; the work goes on when it is tried again.',
    transient: true,
  },
  EDQUOT: {
    code: 'OBJECT_STORE_FULL',
    reason: 'the disk quota is used up',
    hint: 'Free space or have the quota raised; the work goes on when it is tried again.',
    transient: true,
  },
  EACCES: {
    code: 'OBJECT_STORE_FORBIDDEN',
    reason: 'the user that Longshore runs as may not',
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
    reason: 'a part of the key is longer than a file name may be here',
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

export function noDirectory(path: string, cause: unknown): AppError {
  return new AppError({
    code: 'OBJECT_STORE_NO_DIRECTORY',
    message: `opening the bucket ${path} failed: it, or what it is in, is no directory`,
    hint: 'Move away what is there instead: the directory of the bucket is then made anew.',
    cause,
  });
}

/** The directory is not there, or is another one than that which was made a bucket: a disk that is not mounted leaves an empty one. */
export function bucketGone(directory: string, cause?: unknown): AppError {
  return new AppError({
    code: 'OBJECT_STORE_GONE',
    message: `the directory ${directory} is no bucket any more: it was removed, or its file system is not mounted`,
    hint: 'Mount the file system, or put the directory back; the work goes on by itself. To begin with an empty bucket, register it again.',
    transient: true,
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * What a put failed with. Where something is missing then, it is the file or folder of its own that another process swept or
 * removed meanwhile, and not the object.
 */
export function classifiedPut(key: string, thrown: unknown): Error {
  return codeOf(thrown) === 'ENOENT' ? storeFailed('writing', key, thrown, true) : classified('writing', key, thrown);
}

/** Turns what node:fs threw into an error that says whether trying again may help. Errors of ours pass as they are. */
export function classified(operation: string, key: string, thrown: unknown): Error {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return thrown;
  const systemCode = codeOf(thrown);
  if (systemCode === 'ENOENT') return objectNotFound(key, thrown);
  const known = systemCode === undefined ? undefined : KNOWN[systemCode];
  if (known === undefined) {
    return storeFailed(operation, key, thrown, systemCode !== undefined && TRANSIENT.has(systemCode));
  }
  return new AppError({
    code: known.code,
    message: `${operation} of object ${JSON.stringify(key)} failed: ${known.reason}`,
    hint: known.hint,
    transient: known.transient,
    cause: thrown,
  });
}
