import type { BadValueReason, BlockFindings } from '../../extjson/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { LocatedBadValue } from '../../snapshot/repository/index.ts';

/** The largest number of bad values that a snapshot names. It counts the documents of all. */
const MAX_NAMED = 100;

const REASONS: Readonly<Record<BadValueReason, string>> = {
  invalidUtf8: 'it is not valid UTF-8',
  oldBinaryLength: 'it is a binary of subtype 2 without its inner length',
};

/** The bad values that a capture names, in the order of its documents. */
export class BadValues {
  readonly #isStrict: boolean;
  readonly #named: LocatedBadValue[] = [];
  #collection = '';
  /** The number of named values of earlier collections. */
  #namedBefore = 0;

  /** @param isStrict whether bad values are refused. */
  constructor(isStrict: boolean) {
    this.#isStrict = isStrict;
  }

  get named(): readonly LocatedBadValue[] {
    return this.#named;
  }

  /** The number of values that can still be named. */
  get room(): number {
    return MAX_NAMED - this.#named.length;
  }

  /** Begins a collection. @param name as `database.collection`. */
  beginCollection(name: string): void {
    this.#collection = name;
    this.#namedBefore = this.#named.length;
  }

  /** Adds the findings in the collection's next block. @throws AppError `BAD_VALUE_REFUSED` */
  add({ badValues }: BlockFindings): void {
    const located = badValues.map((value) => ({ collection: this.#collection, ...value }));
    const [first] = located;
    if (this.#isStrict && first !== undefined) throw refused(first);
    this.#named.push(...located.slice(0, this.room));
  }

  /** Removes the values of the collection begun last. */
  abandonCollection(): void {
    this.#named.length = this.#namedBefore;
  }
}

function refused({ collection, _id, field, reason }: LocatedBadValue): AppError {
  const document = _id === undefined ? 'a document without _id' : `the document with _id ${_id}`;
  return new AppError({
    code: 'BAD_VALUE_REFUSED',
    message: `an export cannot show ${field} in ${document} of ${collection} as it is stored: ${REASONS[reason]}`,
    hint: 'Repair the value in the deployment, or take the snapshot without strict.',
  });
}
