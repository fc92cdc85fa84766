import { AppError, codeOf, messageOf } from '../../../kernel/errors.ts';

const PASSING = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO', 'EBUSY', 'ESTALE', 'ETIMEDOUT']);

/** Converts what node:fs threw while a dump was written. */
export function unwritable(path: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (thrown instanceof AppError || code === undefined) return thrown;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new AppError({
    code: isFull ? 'DUMP_DISK_FULL' : 'DUMP_UNWRITABLE',
    message: `${path} cannot be written: ${isFull ? 'the disk is full, or its quota is used up' : messageOf(thrown)}`,
    hint: isFull
      ? 'Free space there, and run the restore again: it goes on with the collections that are missing.'
      : 'Give the user that runs the restore write access there, or name another place.',
    transient: PASSING.has(code),
    cause: thrown,
  });
}

/** The file of an archive is there already. */
export function archiveExists(path: string): AppError {
  return new AppError({
    code: 'RESTORE_TARGET_EXISTS',
    message: `the archive ${path} exists, and an archive is written as a whole`,
    hint: 'Name another file, or remove this one.',
  });
}

/** The dump has metadata of the collection that say something else. */
export function metadataDiffer(namespace: string, path: string): AppError {
  return new AppError({
    code: 'RESTORE_COLLECTION_DIFFERS',
    message: `${namespace} cannot be written: ${path} is there, and its options or indexes are not those of the source`,
    hint: 'Restore with --drop, which replaces the files of the collection, or name an empty directory.',
  });
}

/** A dump that is not written lacks the collection, or has something else of that name. */
export function notInStandingDump(namespace: string, directory: string): AppError {
  return new AppError({
    code: 'RESTORE_COLLECTION_DIFFERS',
    message: `${namespace} is not in the dump ${directory}, which is the template of clusters and is not written`,
    hint: 'Restore to the cluster of a running deployment, such as one that the server makes with LONGSHORE_TEMPLATE_MONGODB_URI.',
  });
}
