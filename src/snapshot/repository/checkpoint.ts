import type { CallOptions, ObjectStore } from '../../object-store/contract.ts';
import { assertWritten, isMissingObject } from '../../object-store/errors.ts';
import { infoOf } from '../collection-info.ts';
import type { CollectionInfo } from '../contract.ts';
import {
  lineText,
  parsePiece,
  pieceKey,
  pieceOf,
  piecesPrefix,
  pieceText,
  type Piece,
  type PieceName,
} from './checkpoint-format.ts';
import type { Checkpoint, CheckpointEntry, CheckpointStart, CheckpointWriter } from './contract.ts';

/** Reads the progress of earlier attempts at a snapshot. A checkpoint ends before its first damaged piece. */
export async function openCheckpoint(
  store: ObjectStore,
  id: string,
  options: CallOptions,
): Promise<Checkpoint | undefined> {
  const names: PieceName[] = [];
  for await (const { key } of store.list(piecesPrefix(id), options)) {
    const name = pieceOf(key);
    if (name !== undefined) names.push(name);
  }
  const chain: PieceName[] = [];
  let last: Piece | undefined;
  const collections: CollectionInfo[] = [];
  for (const name of chainOf(names)) {
    const piece = await readPiece(store, name, options);
    if (piece === undefined) break;
    if (name.number === 0) {
      for (const line of piece.lines) if ('listed' in line) collections.push(line.listed);
    }
    last = piece;
    chain.push(name);
  }
  if (last === undefined) return undefined;
  return {
    startedAt: last.header.startedAt,
    place: last.header.place,
    leftOut: last.header.leftOut,
    collections,
    pieces: chain.length,
    entries: () => entriesOf(store, chain, options),
  };
}

/**
 * The pieces that form one history. If several have one number, that of the latest attempt counts. An attempt that has
 * lost its job may have written pieces beside its successor. Such a piece has a lower attempt than the piece before it,
 * and the history ends there.
 */
function chainOf(names: readonly PieceName[]): readonly PieceName[] {
  const newest = new Map<number, PieceName>();
  for (const name of names) {
    if (name.attempt >= (newest.get(name.number)?.attempt ?? 0)) newest.set(name.number, name);
  }
  const chain: PieceName[] = [];
  let attempt = 0;
  for (let next = newest.get(0); next !== undefined && next.attempt >= attempt; next = newest.get(chain.length)) {
    chain.push(next);
    ({ attempt } = next);
  }
  return chain;
}

async function readPiece(store: ObjectStore, name: PieceName, options: CallOptions): Promise<Piece | undefined> {
  try {
    const bytes = await store.get(pieceKey(name), options);
    try {
      return parsePiece(name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    } catch {
      return undefined;
    }
  } catch (thrown) {
    if (isMissingObject(thrown)) return undefined;
    throw thrown;
  }
}

/** Reads the pieces again, because the blocks of a terabyte would take a hundred megabytes of memory. */
async function* entriesOf(
  store: ObjectStore,
  chain: readonly PieceName[],
  options: CallOptions,
): AsyncGenerator<CheckpointEntry, void, undefined> {
  for (const name of chain) {
    const piece = await readPiece(store, name, options);
    if (piece === undefined) throw new Error(`a checkpoint lost its piece ${pieceKey(name)} while it was read`);
    for (const line of piece.lines) if ('entry' in line) yield line.entry;
  }
}

export function createCheckpointWriter(store: ObjectStore, id: string, start: CheckpointStart): CheckpointWriter {
  const { attempt, startedAt, collections, continues } = start;
  let number = continues?.pieces ?? 0;
  let pending: string[] = [];
  if (continues === undefined) {
    pending = collections.map((listed) => lineText({ listed: infoOf(listed) }));
  }
  return {
    add: (entry) => {
      pending.push(lineText({ entry }));
    },
    save: async ({ place, leftOut }, signal) => {
      const name = { id, number, attempt };
      const key = pieceKey(name);
      const body = Buffer.from(pieceText(name, { startedAt, place, leftOut }, pending.join('')));
      assertWritten(key, { bytes: body.byteLength }, await store.put(key, [body], { signal }));
      number++;
      pending = [];
    },
    remove: async (signal) => {
      if (number > 0) await deleteCheckpoint(store, id, { signal });
    },
  };
}

export async function deleteCheckpoint(store: ObjectStore, id: string, options: CallOptions): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of store.list(piecesPrefix(id), options)) keys.push(key);
  // Deletes from the last piece to the first, because a checkpoint without its end is valid and one without its start
  // is not.
  for (const key of keys.reverse()) await store.delete(key, options);
}
