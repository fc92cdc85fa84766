import { AppError } from '../kernel/errors.ts';

/** BSON that breaks the format (https://bsonspec.org/spec.html), with the place where it does. */
export class BsonError extends AppError {
  /** What is wrong there. */
  readonly reason: string;
  /** Bytes from the start of the block. */
  readonly offset: number;
  /** Number of the document within the block, from 0. */
  readonly document: number;

  constructor(reason: string, offset: number, document: number) {
    super({ code: 'INVALID_BSON', message: `document ${document} is not valid BSON at byte ${offset}: ${reason}` });
    this.name = 'BsonError';
    this.reason = reason;
    this.offset = offset;
    this.document = document;
  }
}
