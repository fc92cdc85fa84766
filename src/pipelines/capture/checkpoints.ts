import { steadyClock, type Clock } from '../../kernel/clock.ts';
import type { CollectionInfo } from '../../snapshot/contract.ts';
import type { Checkpoint, CheckpointEntry, CheckpointWriter } from '../../snapshot/repository/index.ts';
import type { SnapshotSource } from '../../snapshot/sources/index.ts';
import { mapOrdered } from '../threads/index.ts';
import { leftOutOfCapture } from './captured-collections.ts';
import type { Draft } from './draft.ts';

/** The time between two pieces. A killed capture reads that much again, and a shorter capture writes no checkpoint. */
const INTERVAL_MS = 5000;
/** The number of parallel requests, because a distant store answers in tens of milliseconds. */
const PARALLEL_BLOCKS = 64;

/** Writes the progress of a capture from time to time. */
export class Checkpoints {
  readonly #writer: CheckpointWriter;
  readonly #source: SnapshotSource;
  readonly #clock: Clock;
  #savedAt: number;

  constructor(writer: CheckpointWriter, source: SnapshotSource, clock: Clock) {
    this.#writer = writer;
    this.#source = source;
    this.#clock = steadyClock(clock);
    this.#savedAt = this.#clock.now();
  }

  async add(entry: CheckpointEntry, signal: AbortSignal): Promise<void> {
    this.#writer.add(entry);
    const { place } = this.#source;
    const now = this.#clock.now();
    if (place === undefined || now - this.#savedAt < INTERVAL_MS) return;
    await this.#writer.save({ place, leftOut: leftOutOfCapture(this.#source) }, signal);
    this.#savedAt = now;
  }

  async remove(signal: AbortSignal): Promise<void> {
    await this.#writer.remove(signal);
  }
}

/** Where a capture begins. */
export interface Start {
  /** The number of finished collections. */
  readonly ended: number;
  /** The stored part of the next collection, if it was begun. */
  readonly begun?: { readonly lastId: Uint8Array; readonly documents: number };
}

/**
 * Adds the blocks of earlier attempts to a draft.
 * @returns undefined if a block is missing or has another length. The draft is unusable then.
 */
export async function takeOver(
  checkpoint: Checkpoint,
  collections: readonly CollectionInfo[],
  draft: Draft,
  signal: AbortSignal,
): Promise<Start | undefined> {
  const entries = mapOrdered(checkpoint.entries(), PARALLEL_BLOCKS, async (entry) => {
    const isThere = typeof entry !== 'object' || (await draft.writer.takeOverBlock(entry.block, signal));
    return isThere ? entry : undefined;
  });
  let ended = 0;
  let isBegun = false;
  let begun: { readonly lastId: string | undefined; readonly documents: number } = { lastId: undefined, documents: 0 };
  for await (const entry of entries) {
    const collection = collections[ended];
    if (entry === undefined || collection === undefined) return undefined;
    if (entry === 'begun') {
      // An attempt may have ended immediately after it began a collection.
      if (isBegun) draft.abandonCollection();
      draft.beginCollection(collection);
      begun = { lastId: undefined, documents: 0 };
    } else if (entry === 'abandoned') draft.abandonCollection();
    else if (entry === 'ended') {
      draft.endCollection();
      ended++;
    } else {
      draft.addBlock(entry.block, entry.findings, false);
      begun = { lastId: entry.lastId, documents: begun.documents + entry.block.documents };
    }
    isBegun = entry === 'begun' || typeof entry === 'object';
  }
  const { lastId, documents } = begun;
  if (isBegun && lastId !== undefined) return { ended, begun: { lastId: Buffer.from(lastId, 'hex'), documents } };
  if (isBegun) draft.abandonCollection();
  return { ended };
}
