import { AppError } from '../../kernel/errors.ts';

/** @param claimKey the key of the `.claim` that belongs to another export. */
export function folderTaken(claimKey: string): AppError {
  return new AppError({
    code: 'EXPORT_FOLDER_TAKEN',
    message: `another export has claimed the folder: ${claimKey} is not of this one`,
    hint:
      'Another server writes to the same folders of the bucket. Give its organization, project or cluster another name, or let it use another ' +
      'bucket, then export again.',
  });
}

/** @param expected documents. @param found documents. */
export function countMismatch(what: string, expected: number, found: number): AppError {
  return new AppError({
    code: 'EXPORT_COUNT_MISMATCH',
    message: `${what} holds ${expected} documents, but ${found} were exported`,
    hint: 'This is a defect in Longshore or in the memory of the machine: export again, and report it if it happens again.',
  });
}
