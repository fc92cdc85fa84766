import type { ObjectStore } from '../../object-store/contract.ts';

export interface VerifyOptions {
  readonly store: ObjectStore;
  /** The present place of the export, without a slash at either end; empty for the top of the store. */
  readonly prefix: string;
  readonly signal?: AbortSignal;
  /** Called after each object. */
  readonly onProgress?: (progress: { readonly objects: number; readonly totalObjects: number }) => void;
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
