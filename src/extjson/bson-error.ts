import { AppError } from '../kernel/errors.ts';

/** Where a block comes from. */
export interface BlockPlace {
  /** `database.collection` */
  readonly collection: string;
  /** The number of the collection's documents before the block. */
  readonly documentsBefore: number;
  /** What to do about a damaged document, which depends on where the block was read. */
  readonly hint: string;
}

/** The hint for a damaged document of a snapshot that is taken or was taken. */
export const DAMAGED_BEFORE_SNAPSHOT =
  'The document was damaged before the snapshot was taken: repair it in the deployment, dump the deployment again if the snapshot is one of a dump, and take a new snapshot.';

/** An error for BSON that breaks the format (https://bsonspec.org/spec.html). */
export class BsonError extends AppError {
  /** What is wrong at `offset`. */
  readonly reason: string;
  /** Bytes from the start of the block. */
  readonly offset: number;
  /** The number of the document within the block, from 0. */
  readonly document: number;
  /** The document's `_id` as canonical Extended JSON; undefined if it is not known. */
  readonly id: string | undefined;

  constructor(reason: string, offset: number, document: number, id?: string) {
    super({ code: 'INVALID_BSON', message: `document ${document} is not valid BSON at byte ${offset}: ${reason}` });
    this.name = 'BsonError';
    this.reason = reason;
    this.offset = offset;
    this.document = document;
    this.id = id;
  }

  /** Returns the error with the document's number in its collection. */
  inCollection({ collection, documentsBefore, hint }: BlockPlace): AppError {
    const id = this.id === undefined ? '' : ` with _id ${this.id}`;
    return new AppError({
      code: this.code,
      message: `document ${documentsBefore + this.document} of ${collection} (from 0)${id} is not valid BSON: ${this.reason}`,
      hint,
      cause: this,
    });
  }
}

/** Replaces the document's number in its block by its number in the collection. @returns what was thrown if it is no `BsonError`. */
export function located(thrown: unknown, place: BlockPlace): unknown {
  return thrown instanceof BsonError ? thrown.inCollection(place) : thrown;
}
