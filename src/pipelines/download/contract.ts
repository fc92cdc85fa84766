import type { Snapshot } from '../../snapshot/repository/index.ts';
import type { BlockPool } from '../threads/index.ts';

export interface DownloadOptions {
  readonly snapshot: Snapshot;
  readonly pool: BlockPool;
}

/** The bytes from `start` to before `end`, counted from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A snapshot as a `tar.gz` of a dump. The same snapshot always gives the same bytes. */
export interface Download {
  readonly bytes: number;
  /** Changes with the bytes. */
  readonly version: string;
  /**
   * Yields the bytes of the range. A piece is lent until the next one is requested.
   * @throws AppError `BLOCK_MISSING`, `BLOCK_CORRUPT`; the signal's reason.
   */
  read(range: ByteRange, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
}
