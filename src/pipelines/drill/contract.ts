import type { CollectionType } from '../../snapshot/contract.ts';
import type { DocumentsHash } from '../../snapshot/blocks/index.ts';
import type { Snapshot } from '../../snapshot/repository/index.ts';
import type { RestoreSource } from '../restore/index.ts';
import type { BlockPool } from '../threads/index.ts';

export interface DrillOptions {
  /** The export that is read. */
  readonly source: RestoreSource;
  /** The snapshot that it was made of; undefined if it does not exist any more. */
  readonly snapshot: Snapshot | undefined;
  /**
   * Restores the export, and returns what the target holds of each collection, by `database.collection` of the source. Absent: the
   * export is decoded, counted and hashed only.
   */
  readonly restore?: ((signal: AbortSignal) => Promise<ReadonlyMap<string, DocumentsHash>>) | undefined;
  readonly pool: BlockPool;
  readonly signal: AbortSignal;
}

/**
 * `equal`: the export holds the documents of the snapshot. `values`: it holds as many, and some have values that Extended JSON cannot
 * show, as the snapshot says. `different`: it does not. `damaged`: it cannot be read. `counted`: there is no snapshot any more, and
 * the export holds as many documents as its manifest says.
 */
export type DrillProof = 'equal' | 'values' | 'different' | 'damaged' | 'counted';

/** What a drill has found of a collection. It is plain JSON. */
export interface DrilledCollection {
  readonly database: string;
  readonly name: string;
  readonly type: CollectionType;
  readonly proof: DrillProof;
  /** What was read of the export, or restored; absent if it cannot be read. */
  readonly found?: DocumentsHash;
  /** What the snapshot holds; absent if it does not exist any more. */
  readonly expected?: DocumentsHash;
  /** One sentence; absent if nothing is wrong. */
  readonly problem?: string;
}

/** The result of a drill. It is plain JSON. */
export interface DrillResult {
  /** By database, then name. */
  readonly collections: readonly DrilledCollection[];
  readonly documents: number;
  /** One sentence each; empty for an export that can be restored. */
  readonly problems: readonly string[];
}
