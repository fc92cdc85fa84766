import { BsonError } from '../../extjson/index.ts';
import { AppError } from '../../kernel/errors.ts';

/** @param expected documents. @param found documents. */
export function countMismatch(what: string, expected: number, found: number): AppError {
  return new AppError({
    code: 'EXPORT_COUNT_MISMATCH',
    message: `${what} holds ${expected} documents, but ${found} were exported`,
    hint: 'This is a defect in Longshore or in the memory of the machine: export again, and report it if it happens again.',
  });
}

/**
 * Replaces the document's number in its block by its number in the collection.
 * @param firstDocument the number of the block's first document within the collection, from 0.
 */
export function located(thrown: unknown, collection: string, firstDocument: number): unknown {
  return thrown instanceof BsonError ? thrown.inCollection(collection, firstDocument) : thrown;
}
