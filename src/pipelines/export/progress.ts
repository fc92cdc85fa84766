import type { SnapshotCollection } from '../../snapshot/repository/index.ts';
import type { ExportOptions, ExportProgress } from './contract.ts';
import type { ExportSize } from './plan.ts';

/** A collection is exported when all its objects were named and none is on its way any more. */
interface CollectionProgress {
  objectsOnTheirWay: number;
  allNamed: boolean;
}

/** Adds up what is done and tells it. */
export class ProgressTally {
  readonly #report: ExportOptions['onProgress'];
  #progress: ExportProgress;
  #collection: CollectionProgress | undefined;

  constructor(size: ExportSize, report: ExportOptions['onProgress']) {
    this.#report = report;
    this.#progress = {
      exportedCollections: 0,
      totalCollections: size.collections,
      documents: 0,
      totalDocuments: size.documents,
      bytes: 0,
      totalBytes: size.bytes,
    };
    this.#tell({});
  }

  beginCollection(): void {
    this.endCollection();
    this.#collection = { objectsOnTheirWay: 0, allNamed: false };
  }

  /** All objects of the collection begun last are known. */
  endCollection(): void {
    if (this.#collection === undefined) return;
    this.#collection.allNamed = true;
    this.#settle(this.#collection);
    this.#collection = undefined;
  }

  /** An object of the collection begun last is on its way. @returns to be called when it has arrived. */
  beginObject(): () => void {
    const collection = this.#collection;
    if (collection === undefined) throw new Error('an object before any collection');
    collection.objectsOnTheirWay++;
    return () => {
      collection.objectsOnTheirWay--;
      this.#settle(collection);
    };
  }

  addDocuments(counts: Pick<SnapshotCollection, 'documents' | 'bytes'>): void {
    const { documents, bytes } = this.#progress;
    this.#tell({ documents: documents + counts.documents, bytes: bytes + counts.bytes });
  }

  #settle(collection: CollectionProgress): void {
    if (!collection.allNamed || collection.objectsOnTheirWay > 0) return;
    this.#tell({ exportedCollections: this.#progress.exportedCollections + 1 });
  }

  #tell(step: Partial<ExportProgress>): void {
    this.#progress = { ...this.#progress, ...step };
    this.#report?.(this.#progress);
  }
}
