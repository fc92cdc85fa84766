import type { SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { BlockPool } from '../threads/index.ts';

export interface RepositoryCheckOptions {
  readonly repository: Pick<SnapshotRepository, 'snapshotIds' | 'openSnapshot' | 'storedBlocks'>;
  readonly pool: BlockPool;
  /**
   * Whether every block is read, unpacked and hashed. False: only blocks are read that are missing from the list or
   * have another size.
   */
  readonly readData: boolean;
  readonly signal: AbortSignal;
  /** Called after each block. It must be fast. */
  readonly onProgress?: (progress: RepositoryCheckProgress) => void;
}

export interface RepositoryCheckProgress {
  /** Checked blocks that a snapshot names. */
  readonly blocks: number;
  /** Blocks in the repository when the check began. */
  readonly totalBlocks: number;
  /** The size of the checked blocks, as they are stored. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** The result of a check. docs/formats/repository-check.md describes its JSON. */
export interface RepositoryReport {
  readonly readData: boolean;
  /** Snapshots whose manifest was read. */
  readonly snapshots: number;
  /** Blocks that these snapshots name. Each is counted once. */
  readonly blocks: number;
  /** Snapshots with a damaged manifest. Their content is not known. */
  readonly damagedManifests: readonly { readonly snapshotId: string; readonly problem: string }[];
  /** Snapshots that name damaged or missing blocks. */
  readonly hurtSnapshots: readonly HurtSnapshot[];
  /** A capture of the same content stores these blocks anew. */
  readonly damagedBlocks: readonly DamagedBlock[];
  /** Blocks that no snapshot names. Deletions and captures left them, or they belong to a running capture. */
  readonly orphanBlocks: readonly { readonly sha256: string; readonly storedBytes: number }[];
}

export interface DamagedBlock {
  readonly sha256: string;
  /** What is wrong with the block, for people. */
  readonly problem: string;
}

export interface HurtSnapshot {
  readonly snapshotId: string;
  readonly clusterName: string;
  /** The start of its capture, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly collections: readonly HurtCollection[];
}

export interface HurtCollection {
  readonly database: string;
  readonly name: string;
  /** The names of the damaged or missing blocks. */
  readonly blocks: readonly string[];
}
