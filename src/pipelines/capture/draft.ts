import type { BlockFindings } from '../../extjson/index.ts';
import type { CollectionInfo } from '../../snapshot/contract.ts';
import type { BlockReference, SnapshotWriter } from '../../snapshot/repository/index.ts';
import type { BadValues } from './bad-values.ts';
import type { CaptureProgress } from './contract.ts';

const NOTHING = { documents: 0, bytes: 0 };

/** An unfinished snapshot: its manifest, its bad values and its progress. */
export class Draft {
  readonly writer: SnapshotWriter;
  readonly badValues: BadValues;
  readonly #onProgress: ((progress: CaptureProgress) => void) | undefined;
  #progress: CaptureProgress;
  /** The stored part of the collection begun last. */
  #tally = NOTHING;

  constructor(
    writer: SnapshotWriter,
    badValues: BadValues,
    progress: {
      readonly totalCollections: number;
      readonly onProgress: ((progress: CaptureProgress) => void) | undefined;
    },
  ) {
    this.writer = writer;
    this.badValues = badValues;
    this.#onProgress = progress.onProgress;
    const { totalCollections } = progress;
    this.#progress = { collections: 0, totalCollections, documents: 0, bytes: 0, newBytes: 0, newStoredBytes: 0 };
  }

  beginCollection(collection: CollectionInfo): void {
    this.writer.beginCollection(collection);
    this.badValues.beginCollection(`${collection.database}.${collection.name}`);
    this.#tally = NOTHING;
  }

  /** @param isNew whether the block was written. */
  addBlock(block: BlockReference, findings: BlockFindings, isNew: boolean): void {
    this.badValues.add(findings);
    this.writer.addBlock(block, findings);
    const { documents, bytes, newBytes, newStoredBytes } = this.#progress;
    this.#report({
      documents: documents + block.documents,
      bytes: bytes + block.bytes,
      newBytes: newBytes + (isNew ? block.bytes : 0),
      newStoredBytes: newStoredBytes + (isNew ? block.storedBytes : 0),
    });
    this.#tally = { documents: this.#tally.documents + block.documents, bytes: this.#tally.bytes + block.bytes };
  }

  /** Removes the collection begun last. */
  abandonCollection(): void {
    this.writer.abandonCollection();
    this.badValues.abandonCollection();
    const { documents, bytes } = this.#progress;
    this.#report({ documents: documents - this.#tally.documents, bytes: bytes - this.#tally.bytes });
    this.#tally = NOTHING;
  }

  /** Ends the collection that was begun or removed last. */
  endCollection(): void {
    this.#report({ collections: this.#progress.collections + 1 });
  }

  #report(step: Partial<CaptureProgress>): void {
    this.#progress = { ...this.#progress, ...step };
    this.#onProgress?.(this.#progress);
  }
}
