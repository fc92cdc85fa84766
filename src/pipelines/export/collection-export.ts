import type { SnapshotCollection } from '../../snapshot/repository/index.ts';
import { countMismatch } from './errors.ts';
import type { ProgressTally } from './progress.ts';

/**
 * The state of a collection during its export: the content of its objects so far, and the number of unfinished objects.
 */
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

  /** Counts an unfinished object. @returns a function to call when the store has acknowledged the object. */
  beginObject(): () => void {
    this.#objectsOnTheirWay++;
    return () => {
      this.#objectsOnTheirWay--;
      if (this.#objectsOnTheirWay === 0 && this.#hasAllBlocks) this.#progress.addCollection();
    };
  }

  /**
   * Adds the content of an unfinished object.
   * @throws AppError `EXPORT_COUNT_MISMATCH` if these are the last blocks and the documents are not those of the
   * collection.
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
