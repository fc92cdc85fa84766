import type { ObjectStore } from '../../object-store/contract.ts';

export interface VerifyOptions {
  readonly store: ObjectStore;
  /** The present place of the export, without a slash at either end; empty for the top of the store. */
  readonly prefix: string;
  readonly signal?: AbortSignal;
  /** Called after each piece that was read, and after each object. It must be fast. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** What was read so far, also of objects that are not right. */
export interface VerifyProgress {
  readonly objects: number;
  readonly documents: number;
  /** The bytes of the objects as they are stored. */
  readonly bytes: number;
}

/** An export in a store, and what the list of the store says of its objects. */
export interface FoundExport {
  /** As in `VerifyOptions`. */
  readonly prefix: string;
  /** The objects in the folders of its collections. */
  readonly objects: number;
  readonly bytes: number;
}

export interface VerifyReport {
  /**
   * Whether the objects were compared with a manifest. Atlas writes no manifest, so only `.complete` and the files
   * themselves can be checked.
   */
  readonly manifest: boolean;
  /** The number of objects that were read and are right. */
  readonly objects: number;
  readonly documents: number;
  readonly bytes: number;
  /** The problems, one sentence each, at most 100; empty for a good export. */
  readonly problems: readonly string[];
}
