import { createHash } from 'node:crypto';
import { GzipMember, type EncodedBlock } from '../extjson/index.ts';
import type { WholeObject } from './object-queue.ts';

/** A `.json.gz` in the making: one gzip member, hashed as it grows. */
export class DataObject {
  readonly #key: string;
  readonly #member = new GzipMember();
  readonly #hash = createHash('sha256');
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];

  constructor(key: string) {
    this.#key = key;
  }

  get documents(): number {
    return this.#member.documents;
  }

  append(block: EncodedBlock): void {
    for (const piece of this.#member.append(block)) this.#add(piece);
  }

  finish(): WholeObject {
    this.#add(this.#member.finish());
    return { key: this.#key, parts: this.#parts, bytes: this.#member.bytes, sha256: this.#hash.digest('hex') };
  }

  #add(piece: Uint8Array<ArrayBuffer>): void {
    this.#parts.push(piece);
    this.#hash.update(piece);
  }
}
