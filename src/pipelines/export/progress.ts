import type { ExportContents } from './contents.ts';
import type { ExportOptions, ExportProgress } from './contract.ts';

/** Adds up the progress and reports it. */
export class ProgressTally {
  readonly #report: ExportOptions['onProgress'];
  #progress: ExportProgress;

  constructor(contents: ExportContents, report: ExportOptions['onProgress']) {
    this.#report = report;
    this.#progress = {
      exportedCollections: 0,
      totalCollections: contents.collections.length,
      documents: 0,
      totalDocuments: contents.documents,
      bytes: 0,
      totalBytes: contents.bytes,
    };
    this.#tell({});
  }

  /** The progress so far. */
  get progress(): ExportProgress {
    return this.#progress;
  }

  addCollection(): void {
    this.#tell({ exportedCollections: this.#progress.exportedCollections + 1 });
  }

  addDocuments(counts: Pick<ExportProgress, 'documents' | 'bytes'>): void {
    const { documents, bytes } = this.#progress;
    this.#tell({ documents: documents + counts.documents, bytes: bytes + counts.bytes });
  }

  #tell(step: Partial<ExportProgress>): void {
    this.#progress = { ...this.#progress, ...step };
    this.#report?.(this.#progress);
  }
}
