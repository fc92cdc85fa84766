import { GzipMember, type EncodedBlock } from '../../extjson/index.ts';
import type { BlockReference } from '../../snapshot/repository/index.ts';
import type { CollectionExport } from './collection-export.ts';
import { countMismatch } from './errors.ts';
import type { ObjectList } from './object-list.ts';
import type { Acknowledged, ObjectQueue } from './object-queue.ts';
import type { OpenObject } from './open-object.ts';
import type { PlannedObject } from './plan.ts';

/** An unfinished `.json.gz`: one gzip member, which is sent to the store block by block. */
export class DataObject {
  readonly #key: string;
  readonly #plan: PlannedObject;
  readonly #collection: CollectionExport;
  readonly #member = new GzipMember();
  #blocks = 0;
  #begun: { readonly object: OpenObject; readonly acknowledged: Acknowledged } | undefined;

  /** Writes nothing before the first block. */
  constructor(key: string, plan: PlannedObject, collection: CollectionExport) {
    this.#key = key;
    this.#plan = plan;
    this.#collection = collection;
  }

  /**
   * Writes the next block. The last block ends the object.
   * @throws the error of an earlier write; AppError `EXPORT_COUNT_MISMATCH`.
   */
  async append(block: BlockReference, encoded: EncodedBlock, queue: ObjectQueue, list: ObjectList): Promise<void> {
    if (encoded.documents !== block.documents) {
      throw countMismatch(`a block of ${this.#collection.name}`, block.documents, encoded.documents);
    }
    const { object, acknowledged } = (this.#begun ??= this.#begin(queue, list));
    for (const piece of this.#member.append(encoded)) await object.write(piece);
    this.#collection.add({ blocks: 1, documents: block.documents, bytes: block.bytes });
    this.#blocks++;
    if (this.#blocks < this.#plan.blocks.length) return;
    await object.write(this.#member.finish());
    await queue.finish(object, acknowledged);
  }

  #begin(queue: ObjectQueue, list: ObjectList): { readonly object: OpenObject; readonly acknowledged: Acknowledged } {
    const { documents, firstBlock, blocks } = this.#plan;
    const expected = { key: this.#key, documents, firstBlock, blocks: blocks.length };
    return { object: queue.open(this.#key), acknowledged: list.expect(expected, this.#collection) };
  }
}
