import { isTransient } from '../../kernel/errors.ts';
import { releaseBytes } from '../../kernel/release-bytes.ts';
import { addHashes, NO_DOCUMENTS, type DocumentsHash } from '../../snapshot/blocks/index.ts';
import type { CollectionInfo } from '../../snapshot/contract.ts';
import type { RestoreTarget } from '../../snapshot/targets/index.ts';
import { mapOrdered, type BlockPool } from '../threads/index.ts';
import type { CollectionProgress, RestoredCollection } from './contract.ts';
import type { CollectionTally } from './progress.ts';

/** The number of times that a collection is read back before the restore fails. */
const MAX_READINGS = 5;
/** Two pieces are hashed while a third one arrives. */
const PIECES_AT_ONCE = 2;

interface ProofParts {
  readonly target: RestoreTarget;
  readonly pool: BlockPool;
  readonly signal: AbortSignal;
  readonly tally: CollectionTally;
}

/** Reads a collection back, and compares what is there with what was written. */
export async function prove(
  info: CollectionInfo,
  written: CollectionProgress,
  parts: ProofParts,
): Promise<Pick<RestoredCollection, 'target' | 'proof'>> {
  if (parts.target.readBack === undefined) return { proof: 'acknowledged' };
  const there = await readBack(info, parts);
  const isEqual = there.documents === written.hash.documents && there.sum === written.hash.sum;
  if (isEqual) return { target: there, proof: 'equal' };
  const mayHoldMore = written.merged && there.documents >= written.hash.documents;
  return { target: there, proof: mayHoldMore ? 'merged' : 'different' };
}

async function readBack(info: CollectionInfo, parts: ProofParts): Promise<DocumentsHash> {
  for (let readings = 1; ; readings++) {
    try {
      return await hashOf(info, parts);
    } catch (thrown) {
      if (!isTransient(thrown) || readings === MAX_READINGS) throw thrown;
      parts.tally.reset();
    }
  }
}

async function hashOf(info: CollectionInfo, { target, pool, signal, tally }: ProofParts): Promise<DocumentsHash> {
  const pieces = target.readBack?.(info, signal) ?? [];
  const session = pool.beginSession(signal);
  let sum = NO_DOCUMENTS;
  try {
    const hash = async (bson: Uint8Array<ArrayBuffer>) => {
      const bytes = bson.byteLength;
      const hashed = await session.run('hashDocuments', bson);
      releaseBytes(hashed.bson);
      return { hash: hashed.hash, bytes };
    };
    for await (const { hash: found, bytes } of mapOrdered(pieces, PIECES_AT_ONCE, hash)) {
      sum = addHashes(sum, found);
      tally.add({ documents: found.documents, bytes });
    }
  } finally {
    session.end();
  }
  return sum;
}
