import type { RestoreProgress } from './contract.ts';

/** Sums the progress of all collections, and tells it. */
export class ProgressTally {
  readonly #totals: Pick<RestoreProgress, 'phase' | 'totalCollections' | 'totalBytes'>;
  readonly #onProgress: ((progress: RestoreProgress) => void) | undefined;
  #collections = 0;
  #documents = 0;
  #bytes = 0;

  constructor(
    totals: Pick<RestoreProgress, 'phase' | 'totalCollections' | 'totalBytes'>,
    onProgress: ((progress: RestoreProgress) => void) | undefined,
  ) {
    this.#totals = totals;
    this.#onProgress = onProgress;
    this.#tell();
  }

  /** Begins a collection. */
  begin(): CollectionTally {
    return new CollectionTally((added) => {
      this.#collections += added.collections ?? 0;
      this.#documents += added.documents ?? 0;
      this.#bytes += added.bytes ?? 0;
      this.#tell();
    });
  }

  #tell(): void {
    const [collections, documents, bytes] = [this.#collections, this.#documents, this.#bytes];
    this.#onProgress?.({ ...this.#totals, collections, documents, bytes });
  }
}

interface Counts {
  readonly documents?: number;
  readonly bytes?: number;
}

/** The progress of one collection. */
export class CollectionTally {
  readonly #add: (added: Counts & { readonly collections?: number }) => void;
  #documents = 0;
  #bytes = 0;

  constructor(add: (added: Counts & { readonly collections?: number }) => void) {
    this.#add = add;
  }

  add(added: Counts): void {
    this.#documents += added.documents ?? 0;
    this.#bytes += added.bytes ?? 0;
    this.#add(added);
  }

  /** Takes everything back, because the collection is written again. */
  reset(): void {
    this.add({ documents: -this.#documents, bytes: -this.#bytes });
  }

  /** Ends the collection. @param bytes the sum that it must have by now. */
  end(bytes: number): void {
    this.#add({ bytes: bytes - this.#bytes, collections: 1 });
  }
}
