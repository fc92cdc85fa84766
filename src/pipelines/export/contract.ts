import type { ExtendedJsonMode } from '../../extjson/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { LeftOut } from '../../snapshot/contract.ts';
import type { LocatedBadValue, Snapshot } from '../../snapshot/repository/index.ts';
import type { BlockPool } from '../threads/index.ts';

/** One object that an export wrote and the store acknowledged. Plain JSON: `parseExportObject` reads it back. */
export interface ExportObject {
  readonly key: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Lines of Extended JSON in it; 0 for a collection's metadata. */
  readonly documents: number;
  /** Which of the collection's blocks it holds, from 0; metadata holds none. */
  readonly firstBlock: number;
  readonly blocks: number;
}

/** What `.complete` says beside what the export knows itself. */
export interface CompletionFacts {
  readonly orgId: string;
  readonly orgName: string;
  readonly groupId: string;
  readonly groupName: string;
  readonly clusterUniqueId: string;
  readonly clusterName: string;
  readonly labels: readonly KeyValue[];
  readonly customData: readonly KeyValue[];
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface ExportOptions {
  readonly snapshot: Snapshot;
  readonly store: ObjectStore;
  /** Without a slash at either end; `exported_snapshots/…` in Atlas's layout. */
  readonly prefix: string;
  readonly replicaSetName: string;
  readonly mode: ExtendedJsonMode;
  readonly completion: CompletionFacts;
  /** Written to the manifest, such as `longshore 1.2.3`. */
  readonly product: string;
  /** What an earlier attempt at the same export wrote: written again only where the store does not hold it any more. */
  readonly finished: readonly ExportObject[];
  /** Called when the store has acknowledged an object, before it counts as finished; may be called again before it returns. */
  readonly onObject?: (object: ExportObject) => void | Promise<void>;
  /** Called after each block and each object: often, so it must be quick. */
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
  readonly pool: BlockPool;
}

/** Of an export; what an earlier attempt finished is counted too. */
export interface ExportProgress {
  readonly exportedCollections: number;
  readonly totalCollections: number;
  readonly documents: number;
  readonly totalDocuments: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface ExportTotals {
  readonly collections: number;
  readonly documents: number;
  /** Objects with documents or metadata; the dot-files are not counted. */
  readonly files: number;
  /** What those take in the bucket. */
  readonly bytes: number;
}

/** `.manifest.json`: every object of an export, for readers and for `verifyExport`. */
export interface ExportManifest {
  readonly format: 'longshore-export';
  readonly version: 1;
  readonly product: string;
  readonly snapshotId: string;
  readonly extendedJson: ExtendedJsonMode;
  readonly consistency: { readonly level: string; readonly reason: string };
  readonly totals: ExportTotals;
  readonly collections: readonly JsonObject[];
  /** What the source had and the export does not hold. */
  readonly leftOut: readonly LeftOut[];
  /** The first of the values that could not be written as they are stored; `collections` counts all documents that have some. */
  readonly badValues: readonly LocatedBadValue[];
  /**
   * Whether the store was asked for every object once more before `.complete` was written. False where the role may only write:
   * then the store's acknowledgements are all that is known.
   */
  readonly objectsChecked: boolean;
  readonly objects: readonly Omit<ExportObject, 'firstBlock' | 'blocks'>[];
}
