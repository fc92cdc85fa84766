import { BsonError } from '../bson-error.ts';
import type { BadValue, BlockChecker, BlockFindings } from '../contract.ts';
import { BsonReader } from './bson-reader.ts';
import { ElementTranscoder } from './elements.ts';
import { Findings } from './findings.ts';
import { ByteWriter } from '../byte-writer.ts';

/** A document of a block. */
export interface DocumentPlace {
  /** Bytes from the start of the block. */
  readonly offset: number;
  /** The number of the document within the block, from 0. */
  readonly document: number;
}

/** The findings in one document. */
export interface DocumentFindings {
  readonly isBad: boolean;
  readonly isLookAlike: boolean;
  readonly badValues: readonly BadValue[];
  /** The offset of the next document. */
  readonly end: number;
}

/**
 * A checker in plain TypeScript. It transcodes the documents and notes what does not read back. It describes the
 * documents that the WebAssembly checker found, and tests compare the two checkers.
 */
export class TypeScriptChecker implements BlockChecker {
  readonly #writer = new ByteWriter();

  check(bson: Uint8Array, maxBadValues: number): Promise<BlockFindings> {
    return new Promise((resolve) => {
      resolve(this.#checkAll(bson, maxBadValues));
    });
  }

  /**
   * Describes what is wrong with one document.
   * @throws BsonError if the document is damaged. It has the document's `_id` if that precedes the damage.
   */
  describe(bson: Uint8Array, place: DocumentPlace, maxBadValues: number): DocumentFindings {
    this.#writer.restart();
    const reader = new BsonReader(bson);
    reader.position = place.offset;
    reader.document = place.document;
    const findings = new Findings(bson, maxBadValues);
    try {
      new ElementTranscoder(reader, this.#writer, 'canonical', findings).document(bson.length);
    } catch (thrown) {
      if (!(thrown instanceof BsonError)) throw thrown;
      throw new BsonError(thrown.reason, thrown.offset, thrown.document, findings.id);
    }
    const { isBad, isLookAlike, badValues } = findings;
    return { isBad, isLookAlike, badValues, end: reader.position };
  }

  #checkAll(bson: Uint8Array, maxBadValues: number): BlockFindings {
    let badDocuments = 0;
    let lookAlikes = 0;
    const badValues: BadValue[] = [];
    let offset = 0;
    for (let document = 0; offset < bson.length; document++) {
      const found = this.describe(bson, { offset, document }, maxBadValues - badValues.length);
      if (found.isBad) badDocuments++;
      if (found.isLookAlike) lookAlikes++;
      badValues.push(...found.badValues);
      offset = found.end;
    }
    return { badDocuments, lookAlikes, badValues };
  }
}
