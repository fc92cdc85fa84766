import { GzipMember, type EncodedBlock } from '../../extjson/index.ts';
import type { OpenObject } from './open-object.ts';

/** A `.json.gz` in the making: one gzip member, which goes to the store block by block. */
export class DataObject {
  readonly #object: OpenObject;
  readonly #member = new GzipMember();

  constructor(object: OpenObject) {
    this.#object = object;
  }

  get documents(): number {
    return this.#member.documents;
  }

  /** @throws what writing it failed with. */
  async append(block: EncodedBlock): Promise<void> {
    for (const piece of this.#member.append(block)) await this.#object.write(piece);
  }

  /** Writes the member's end. @returns the object, to be finished. */
  async end(): Promise<OpenObject> {
    await this.#object.write(this.#member.finish());
    return this.#object;
  }
}
