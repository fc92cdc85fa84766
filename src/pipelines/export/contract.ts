import type { ExtendedJsonMode } from '../../extjson/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { LeftOut } from '../../snapshot/contract.ts';
import type { LocatedBadValue, Snapshot } from '../../snapshot/repository/index.ts';
import type { BlockPool } from '../threads/index.ts';

/** An object that an export wrote and the store acknowledged. It is plain JSON, which `parseExportObject` reads. */
export interface ExportObject {
  readonly key: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** The number of lines of Extended JSON; 0 for a collection's metadata. */
  readonly documents: number;
  /** The first of its blocks, counted within the collection from 0. Metadata hold no block. */
  readonly firstBlock: number;
  readonly blocks: number;
}

/** The right of an export to its folder. */
export interface FolderClaim {
  readonly exportId: string;
  /** Whether an earlier attempt has claimed the folder. */
  readonly isClaimed: boolean;
  /** Called when the folder is claimed for the first time, before anything else is written to it. */
  readonly onClaimed: () => Promise<void>;
}

/** The facts in `.complete` that the export does not know itself. */
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
  /** The prefix without a slash at either end; `exported_snapshots/…` in Atlas's layout. */
  readonly prefix: string;
  /** Absent: the caller knows that nobody else writes to the folder. */
  readonly claim?: FolderClaim;
  readonly replicaSetName: string;
  readonly mode: ExtendedJsonMode;
  readonly completion: CompletionFacts;
  /** The name and version in the manifest, such as `longshore 1.2.3`. */
  readonly product: string;
  /**
   * The objects of an earlier attempt at the same export. An object is written again only if the store does not hold it
   * any more.
   */
  readonly finished: readonly ExportObject[];
  /** Called when the store has acknowledged an object, before the object counts as finished. Calls may overlap. */
  readonly onObject?: (object: ExportObject) => void | Promise<void>;
  /**
   * Called when everything but `.complete` is written and checked. If the promise rejects, `.complete` is not written, and
   * the export ends with that error.
   */
  readonly beforeComplete?: () => Promise<void>;
  /** Called after each block and each object. It must be fast. */
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
  readonly pool: BlockPool;
}

/** The progress of an export. It includes the objects of an earlier attempt. */
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
  /** Objects with documents or metadata, without the dot-files. */
  readonly files: number;
  /** The size of these files in the bucket. */
  readonly bytes: number;
}

/** `.manifest.json`: all objects of an export, for readers and for `verifyExport`. */
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
  /**
   * The first values that could not be written as they are stored. `collections` counts all documents with such values.
   */
  readonly badValues: readonly LocatedBadValue[];
  /**
   * Whether the store was asked for every object once more before `.complete` was written. False for a role that may
   * only write, because only the store's acknowledgements are known then.
   */
  readonly objectsChecked: boolean;
  readonly objects: readonly Omit<ExportObject, 'firstBlock' | 'blocks'>[];
}
