import type { ObjectStore } from '../../object-store/contract.ts';

export interface VerifyOptions {
  readonly store: ObjectStore;
  /** Where the export is now, without a slash at either end; empty for the top of the store. */
  readonly prefix: string;
  readonly signal?: AbortSignal;
  /** Called after each object. */
  readonly onProgress?: (progress: { readonly objects: number; readonly totalObjects: number }) => void;
}

export interface VerifyReport {
  /**
   * Whether the objects were compared with a manifest. Atlas writes none: then `.complete` and the files themselves are all that
   * there is to check.
   */
  readonly manifest: boolean;
  /** Objects that were read and found right. */
  readonly objects: number;
  readonly documents: number;
  readonly bytes: number;
  /** One sentence for each thing that is wrong, the first 100 of them; empty for a good export. */
  readonly problems: readonly string[];
}
