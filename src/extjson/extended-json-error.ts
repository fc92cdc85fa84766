import { AppError } from '../kernel/errors.ts';

/** An error for text that is not Extended JSON, or that no BSON document can hold. */
export class ExtendedJsonError extends AppError {
  /** What is wrong there. */
  readonly reason: string;
  /** The number of the line within the text that was parsed, from 1. */
  readonly line: number;
  /** The number of the byte within the line, from 1. */
  readonly column: number;

  constructor(reason: string, line: number, column: number) {
    super({
      code: 'INVALID_EXTENDED_JSON',
      message: `line ${line} is not Extended JSON at byte ${column} of the line: ${reason}`,
    });
    this.name = 'ExtendedJsonError';
    this.reason = reason;
    this.line = line;
    this.column = column;
  }

  /**
   * Returns the error with the line's number in the object that the text is a part of. @param linesBefore the number of
   * lines before the text.
   */
  inObject(object: string, linesBefore: number): AppError {
    return new AppError({
      code: this.code,
      message: `line ${linesBefore + this.line} of ${object} is not Extended JSON at byte ${this.column} of the line: ${this.reason}`,
      hint: 'Repair or remove that line in a copy of the export without its .manifest.json, and restore the copy.',
      cause: this,
    });
  }
}
