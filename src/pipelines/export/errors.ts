import { AppError } from '../../kernel/errors.ts';

/** @param expected documents. @param found documents. */
export function countMismatch(what: string, expected: number, found: number): AppError {
  return new AppError({
    code: 'EXPORT_COUNT_MISMATCH',
    message: `${what} holds ${expected} documents, but ${found} were exported`,
    hint: 'This is a defect in Longshore or in the memory of the machine: export again, and report it if it happens again.',
  });
}
