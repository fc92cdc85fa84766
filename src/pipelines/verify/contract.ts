import type { ObjectStore } from '../../object-store/contract.ts';

export interface VerifyOptions {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly signal?: AbortSignal;
  /** Called after each object. */
  readonly onProgress?: (progress: { readonly objects: number; readonly totalObjects: number }) => void;
}

export interface VerifyReport {
  /** Objects of the manifest that were read and found right. */
  readonly objects: number;
  readonly documents: number;
  readonly bytes: number;
  /** One sentence for each thing that is not as the manifest says, the first 100 of them; empty for a good export. */
  readonly problems: readonly string[];
}
