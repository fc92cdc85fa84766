import type { SnapshotRepository } from '../../snapshot/repository/index.ts';
import type { BlockPool } from '../threads/index.ts';

export interface RepositoryCheckOptions {
  readonly repository: Pick<SnapshotRepository, 'snapshotIds' | 'openSnapshot' | 'storedBlocks'>;
  readonly pool: BlockPool;
  /** Whether every block is read, unpacked and hashed; otherwise only those that are missing from the list, or have another size. */
  readonly readData: boolean;
  readonly signal: AbortSignal;
  /** Called after each block: often, so it must be quick. */
  readonly onProgress?: (progress: RepositoryCheckProgress) => void;
}

export interface RepositoryCheckProgress {
  /** Blocks that a snapshot names and that were looked at. */
  readonly blocks: number;
  /** Blocks in the repository when the check began. */
  readonly totalBlocks: number;
}

/** What a check found. docs/formats/repository-check.md describes the same as JSON. */
export interface RepositoryReport {
  readonly readData: boolean;
  /** Snapshots whose manifest was read. */
  readonly snapshots: number;
  /** Blocks that they name, each counted once. */
  readonly blocks: number;
  /** Snapshots whose manifest is damaged: what they hold is not known. */
  readonly damagedManifests: readonly { readonly snapshotId: string; readonly problem: string }[];
  /** Snapshots that name damaged or missing blocks. */
  readonly hurtSnapshots: readonly HurtSnapshot[];
  /** A capture of the same content stores these blocks anew. */
  readonly damagedBlocks: readonly DamagedBlock[];
  /** Blocks that no snapshot names: left by deletions and captures, or belonging to a capture that is under way. */
  readonly orphanBlocks: readonly { readonly sha256: string; readonly storedBytes: number }[];
}

export interface DamagedBlock {
  readonly sha256: string;
  /** For people: what is wrong with it. */
  readonly problem: string;
}

export interface HurtSnapshot {
  readonly snapshotId: string;
  readonly clusterName: string;
  /** When its capture began, milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly collections: readonly HurtCollection[];
}

export interface HurtCollection {
  readonly database: string;
  readonly name: string;
  /** Names of the damaged or missing blocks. */
  readonly blocks: readonly string[];
}
