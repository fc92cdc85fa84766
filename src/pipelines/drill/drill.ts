import { AppError, messageOf } from '../../kernel/errors.ts';
import { addHashes, NO_DOCUMENTS, type DocumentsHash } from '../../snapshot/blocks/index.ts';
import { whyNotExported } from '../export/index.ts';
import { restoreSourceOfSnapshot, type RestoreCollection } from '../restore/index.ts';
import type { BlockPool } from '../threads/index.ts';
import type { DrilledCollection, DrillOptions, DrillResult } from './contract.ts';

/** The snapshot's side of a comparison. */
interface Expected {
  readonly hash: DocumentsHash;
  /** Documents with values that Extended JSON cannot show, or that read back as another type. */
  readonly inexpressible: number;
}

/**
 * Reads an export to its end as a restore does, and compares each collection with the snapshot. Objects are compared with the
 * SHA-256 of the manifest while they are read. Damage of one collection does not end the drill.
 * @throws AppError if the store cannot be read for another reason than damage; the signal's reason.
 */
export async function drillExport(options: DrillOptions): Promise<DrillResult> {
  const { source, snapshot, pool, signal } = options;
  const expected = snapshot === undefined ? undefined : await hashesOfSnapshot(options);
  const restored = await restoredHashes(options);
  const collections: DrilledCollection[] = [];
  for (const collection of source.collections.filter(({ type }) => type !== 'view')) {
    signal.throwIfAborted();
    const name = nameOf(collection);
    const found = restored?.get(name) ?? (await hashOrDamage(collection, pool, signal));
    collections.push(compare(collection, found, expected?.get(name), expected === undefined));
    expected?.delete(name);
  }
  const missing = [...(expected?.keys() ?? [])].map(
    (name) => `${name}: the export lacks it, and the snapshot holds it`,
  );
  return {
    collections,
    documents: collections.reduce((sum, { found }) => sum + (found?.documents ?? 0), 0),
    problems: [...collections.flatMap(({ problem }) => problem ?? []), ...missing],
  };
}

/** A restore stops at the first damage. The drill then reads the export to find all of it. */
async function restoredHashes({
  restore,
  signal,
}: DrillOptions): Promise<ReadonlyMap<string, DocumentsHash> | undefined> {
  try {
    return await restore?.(signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (!isDamage(thrown)) throw thrown;
    return undefined;
  }
}

async function hashesOfSnapshot({ snapshot, pool, signal }: DrillOptions): Promise<Map<string, Expected>> {
  const hashes = new Map<string, Expected>();
  if (snapshot === undefined) return hashes;
  const { collections } = restoreSourceOfSnapshot(snapshot);
  for (const [index, collection] of collections.entries()) {
    if (whyNotExported(collection) !== undefined) continue;
    const { badDocuments = 0, lookAlikes = 0 } = snapshot.collections[index] ?? {};
    const hash = await hashOf(collection, pool, signal);
    hashes.set(nameOf(collection), { hash, inexpressible: badDocuments + lookAlikes });
  }
  return hashes;
}

async function hashOf(collection: RestoreCollection, pool: BlockPool, signal: AbortSignal): Promise<DocumentsHash> {
  let sum = NO_DOCUMENTS;
  for await (const { hash } of collection.blocks(0, { pool, signal })) sum = addHashes(sum, hash);
  return sum;
}

/** The codes of errors that mean damage of what is read, and not that it cannot be reached. */
const DAMAGE = new Set([
  'EXPORT_DAMAGED',
  'INVALID_EXTENDED_JSON',
  'OBJECT_NOT_FOUND',
  'RESTORE_COUNT_MISMATCH',
  'EXPORT_NOT_COMPLETE',
  'NO_EXPORT_FOUND',
]);

/** Whether an error says that what was read is damaged. */
export function isDamage(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && DAMAGE.has(thrown.code);
}

async function hashOrDamage(
  collection: RestoreCollection,
  pool: BlockPool,
  signal: AbortSignal,
): Promise<DocumentsHash | string> {
  try {
    return await hashOf(collection, pool, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (isDamage(thrown)) return messageOf(thrown);
    throw thrown;
  }
}

function compare(
  collection: RestoreCollection,
  found: DocumentsHash | string,
  expected: Expected | undefined,
  isAlone: boolean,
): DrilledCollection {
  const { database, name, type } = collection;
  const facts = { database, name, type, ...(expected === undefined ? {} : { expected: expected.hash }) };
  const where = nameOf(collection);
  if (typeof found === 'string')
    return { ...facts, proof: 'damaged', problem: `${where} cannot be restored: ${found}` };
  const different = (problem: string): DrilledCollection => ({ ...facts, found, proof: 'different', problem });
  if (expected === undefined) {
    if (!isAlone) return different(`${where}: the export holds it, and the snapshot lacks it`);
    const { documents = found.documents } = collection;
    if (documents === found.documents) return { ...facts, found, proof: 'counted' };
    return different(`${where} holds ${found.documents} documents, and the manifest says ${documents}`);
  }
  const { hash, inexpressible } = expected;
  if (hash.documents !== found.documents) {
    return different(`${where} holds ${found.documents} documents, and the snapshot holds ${hash.documents}`);
  }
  if (hash.sum === found.sum) return { ...facts, found, proof: 'equal' };
  if (inexpressible > 0) return { ...facts, found, proof: 'values' };
  return different(`${where} holds as many documents as the snapshot, but not the same ones: their hashes differ`);
}

function nameOf({ database, name }: { readonly database: string; readonly name: string }): string {
  return `${database}.${name}`;
}
