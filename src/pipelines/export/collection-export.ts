import type { SnapshotCollection } from '../../snapshot/repository/index.ts';
import { countMismatch } from './errors.ts';
import type { ProgressTally } from './progress.ts';

/** A collection while it is exported: what its objects hold so far, and how many of them are on their way. */
export class CollectionExport {
  readonly collection: SnapshotCollection;
  readonly #progress: ProgressTally;
  #blocks = 0;
  #documents = 0;
  #objectsOnTheirWay = 0;

  constructor(collection: SnapshotCollection, progress: ProgressTally) {
    this.collection = collection;
    this.#progress = progress;
  }

  get name(): string {
    return `${this.collection.database}.${this.collection.name}`;
  }

  /** An object of the collection is on its way. @returns to be called when the store has it. */
  beginObject(): () => void {
    this.#objectsOnTheirWay++;
    return () => {
      this.#objectsOnTheirWay--;
      if (this.#objectsOnTheirWay === 0 && this.#hasAllBlocks) this.#progress.addCollection();
    };
  }

  /**
   * Counts blocks that an object on its way holds.
   * @throws AppError `EXPORT_COUNT_MISMATCH` if these are the last ones and the documents are not those of the collection.
   */
  add(added: { readonly blocks: number; readonly documents: number; readonly bytes: number }): void {
    this.#blocks += added.blocks;
    this.#documents += added.documents;
    this.#progress.addDocuments(added);
    const { documents } = this.collection;
    if (this.#hasAllBlocks && this.#documents !== documents) throw countMismatch(this.name, documents, this.#documents);
  }

  get #hasAllBlocks(): boolean {
    return this.#blocks === this.collection.blocks;
  }
}
