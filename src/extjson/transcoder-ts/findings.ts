import { MAX_NESTING } from '../bson-types.ts';
import type { BadValue, BadValueReason } from '../contract.ts';
import { TYPE_KEYS } from '../type-keys.ts';

const DOLLAR = 0x24;
const MAX_TYPE_KEY_BYTES = 18;
const MAX_KEY_BYTES = 100;
const MAX_ID_BYTES = 1000;
const MAX_FIELD_CHARACTERS = 500;

/** Ends a text that was cut. It is stored with the snapshot, so it does not depend on a terminal. */
const ELLIPSIS = '\u2026';

/** Collects, while a document is transcoded, what does not read back from its Extended JSON as it is stored. */
export class Findings {
  readonly #bson: Buffer;
  readonly #maxBadValues: number;
  /** For each level of nesting, the offset of the open key. For an array's item: its index as `-1 - index`. */
  readonly #path = new Int32Array(MAX_NESTING + 1);
  #nesting = 0;
  #id: string | undefined;
  #isBad = false;
  #isLookAlike = false;
  readonly #badValues: Omit<BadValue, '_id'>[] = [];

  constructor(bson: Uint8Array, maxBadValues: number) {
    this.#bson = Buffer.from(bson.buffer, bson.byteOffset, bson.byteLength);
    this.#maxBadValues = maxBadValues;
  }

  /** `_id` as canonical Extended JSON, after it was read. */
  get id(): string | undefined {
    return this.#id;
  }

  get isBad(): boolean {
    return this.#isBad;
  }

  get isLookAlike(): boolean {
    return this.#isLookAlike;
  }

  get badValues(): readonly BadValue[] {
    return this.#badValues.map((value) => (this.#id === undefined ? value : { _id: this.#id, ...value }));
  }

  /** @param nesting 1 for a field of the document itself. @param key the offset of the key's first byte. */
  enterField(nesting: number, key: number): void {
    this.#nesting = nesting;
    this.#path[nesting] = key;
  }

  enterItem(nesting: number, index: number): void {
    this.#nesting = nesting;
    this.#path[nesting] = -1 - index;
  }

  /** @param end the offset of the key's terminator. */
  readKey(end: number, isValid: boolean): void {
    if (!isValid) this.addBadValue('invalidUtf8');
    const start = this.#path[this.#nesting] ?? 0;
    if (this.#bson[start] !== DOLLAR || end - start > MAX_TYPE_KEY_BYTES) return;
    if (TYPE_KEYS.has(this.#bson.toString('latin1', start, end))) this.#isLookAlike = true;
  }

  /** Notes that the value of the field entered last is bad. */
  addBadValue(reason: BadValueReason): void {
    this.#isBad = true;
    if (this.#badValues.length < this.#maxBadValues) this.#badValues.push({ field: this.#field(), reason });
  }

  /** @param json the value of the document's field entered last. */
  leaveField(json: Buffer): void {
    this.#nesting = 1;
    if (this.#id === undefined && this.#key(this.#path[1] ?? 0) === '_id') this.#id = cut(json, MAX_ID_BYTES);
  }

  #field(): string {
    const steps = this.#path.subarray(1, this.#nesting + 1);
    const field = Array.from(steps, (step) => (step < 0 ? String(-1 - step) : this.#key(step))).join('.');
    return field.length <= MAX_FIELD_CHARACTERS ? field : `${field.slice(0, MAX_FIELD_CHARACTERS)}${ELLIPSIS}`;
  }

  #key(start: number): string {
    return cut(this.#bson.subarray(start, this.#bson.indexOf(0, start)), MAX_KEY_BYTES);
  }
}

function cut(text: Buffer, maxBytes: number): string {
  return text.length <= maxBytes ? text.toString() : `${text.toString('utf8', 0, maxBytes)}${ELLIPSIS}`;
}
