import { BsonError, type EncodedBlock } from '../../extjson/index.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { assertWritten } from '../../object-store/errors.ts';
import type { BlockReference, SnapshotCollection } from '../../snapshot/repository/index.ts';
import type { BlockSession } from '../threads/index.ts';
import type { ExportObject, ExportOptions, ExportTotals } from './contract.ts';
import { DataObject } from './data-object.ts';
import { exportKeys, PERMISSION_CHECK_KEY, type ExportKeys } from './keys.ts';
import { planExport, sizeOfExport, type PlannedObject } from './plan.ts';
import { ProgressTally } from './progress.ts';
import { completeObject, manifestEntry, manifestObject, metadataObject } from './final-files.ts';
import { mapOrdered } from '../threads/index.ts';
import { ObjectQueue, putWhole, type Acknowledged, type WholeObject } from './object-queue.ts';

/**
 * Writes a snapshot to a bucket in the layout that docs/formats/export-layout.md describes. `.complete` is written when the
 * store has acknowledged every other object and the counts are the snapshot's; after a failure there is none. What was
 * written stays, and is not written again by an attempt that is given it as `finished`.
 */
export async function exportSnapshot(options: ExportOptions): Promise<ExportTotals> {
  const { signal, pool } = options;
  signal.throwIfAborted();
  // Before anything else: its threads start meanwhile.
  const encoding = pool.beginSession(signal);
  const queue = new ObjectQueue(options.store, signal);
  try {
    await writePermissionCheck(options.store, signal);
    const size = await sizeOfExport(options.snapshot);
    const job = new ExportJob(options, encoding, queue, new ProgressTally(size, options.onProgress));
    await job.writeCollections();
    await queue.drain();
    const totals = job.assertTotals(size);
    await job.put(manifestObject(job.keys, options, { totals, leftOut: size.leftOut, ...job.written }));
    await job.put(completeObject(job.keys, options, totals));
    return totals;
  } catch (thrown) {
    await queue.cancel(thrown);
    signal.throwIfAborted();
    throw thrown;
  } finally {
    encoding.end();
  }
}

/** Writes the empty object that shows that Longshore may write to the bucket. @throws what the store throws. */
export async function writePermissionCheck(store: ObjectStore, signal?: AbortSignal): Promise<void> {
  const written = await store.put(PERMISSION_CHECK_KEY, [], signal === undefined ? {} : { signal });
  assertWritten(PERMISSION_CHECK_KEY, { bytes: 0 }, written);
}

/** What the main thread meets in order: a collection begins, an object is there already, a block was encoded. */
type Step =
  | { readonly kind: 'collection'; readonly collection: SnapshotCollection }
  | { readonly kind: 'finished'; readonly object: PlannedObject; readonly finished: ExportObject }
  | {
      readonly kind: 'block';
      readonly object: PlannedObject;
      readonly block: BlockReference;
      readonly isFirst: boolean;
      readonly isLast: boolean;
    };

class ExportJob {
  readonly keys: ExportKeys;
  readonly #options: ExportOptions;
  readonly #encoding: BlockSession;
  readonly #queue: ObjectQueue;
  readonly #progress: ProgressTally;
  readonly #finished: ReadonlyMap<string, ExportObject>;
  /** By key, in the order of the plan; undefined while they are on their way. */
  readonly #objects = new Map<string, ExportObject | undefined>();
  readonly #collections: JsonObject[] = [];
  #collection: SnapshotCollection | undefined;
  /** Written of the collection. */
  #documents = 0;
  #totalDocuments = 0;
  #data: DataObject | undefined;

  constructor(options: ExportOptions, encoding: BlockSession, queue: ObjectQueue, progress: ProgressTally) {
    this.keys = exportKeys(options.prefix);
    this.#options = options;
    this.#encoding = encoding;
    this.#queue = queue;
    this.#progress = progress;
    this.#finished = new Map(options.finished.map((object) => [object.key, object]));
  }

  get written(): { readonly collections: readonly JsonObject[]; readonly objects: readonly ExportObject[] } {
    return {
      collections: this.#collections,
      objects: [...this.#objects.values()].filter((object) => object !== undefined),
    };
  }

  async writeCollections(): Promise<void> {
    const { pool, mode, signal, snapshot } = this.#options;
    const steps = mapOrdered(this.#steps(), pool.blocksUnderWay, async (step) => {
      if (step.kind !== 'block') return { step };
      const { sha256, bytes } = step.block;
      const stored = await snapshot.storedBlock(step.block);
      const encoding = this.#encoding.run('encode', { block: { stored, sha256, bytes }, mode });
      return { step, encoded: await encoding.catch((thrown: unknown) => ({ thrown })) };
    });
    for await (const { step, encoded } of steps) {
      signal.throwIfAborted();
      if (step.kind === 'collection') await this.#beginCollection(step.collection);
      else if (step.kind === 'finished') this.#skip(step.object, step.finished);
      else await this.#append(step, encoded);
    }
    this.#endCollection();
  }

  /** @throws AppError `EXPORT_COUNT_MISMATCH` unless everything that was to be written was. */
  assertTotals(expected: { readonly collections: number; readonly documents: number }): ExportTotals {
    const collections = this.#collections.length;
    if (collections !== expected.collections || this.#totalDocuments !== expected.documents) {
      throw countMismatch('the snapshot', expected.documents, this.#totalDocuments);
    }
    const { objects } = this.written;
    if (objects.length !== this.#objects.size) throw new Error('an object is still on its way');
    return {
      collections,
      documents: this.#totalDocuments,
      files: objects.length,
      bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  async put(object: WholeObject): Promise<void> {
    await putWhole(this.#options.store, object, this.#options.signal);
  }

  async *#steps(): AsyncGenerator<Step, void, undefined> {
    let current: SnapshotCollection | undefined;
    for await (const { collection, object } of planExport(this.#options.snapshot)) {
      if (collection !== undefined) {
        current = collection;
        yield { kind: 'collection', collection };
        continue;
      }
      if (current === undefined) throw new Error('an object before any collection');
      const finished = this.#finished.get(this.#dataKey(current, object));
      if (finished !== undefined && covers(finished, object)) {
        yield { kind: 'finished', object, finished };
        continue;
      }
      for (const [index, block] of object.blocks.entries()) {
        yield { kind: 'block', object, block, isFirst: index === 0, isLast: index === object.blocks.length - 1 };
      }
    }
  }

  #dataKey({ database, name }: SnapshotCollection, { number }: PlannedObject): string {
    return this.keys.data(database, name, this.#options.replicaSetName, number);
  }

  async #beginCollection(collection: SnapshotCollection): Promise<void> {
    this.#endCollection();
    this.#collection = collection;
    this.#documents = 0;
    this.#collections.push(manifestEntry(collection));
    this.#progress.beginCollection();
    const metadata = metadataObject(this.keys, collection);
    const finished = this.#finished.get(metadata.key);
    if (finished?.sha256 === metadata.sha256) this.#objects.set(finished.key, finished);
    else {
      const none = { documents: 0, firstBlock: 0, blocks: 0 };
      await this.#queue.add(metadata, this.#expect(metadata.key, none));
    }
  }

  #endCollection(): void {
    const collection = this.#collection;
    if (collection === undefined) return;
    if (this.#documents !== collection.documents) {
      throw countMismatch(`${collection.database}.${collection.name}`, collection.documents, this.#documents);
    }
    this.#totalDocuments += this.#documents;
    this.#progress.endCollection();
    this.#collection = undefined;
  }

  #skip(object: PlannedObject, finished: ExportObject): void {
    this.#objects.set(finished.key, finished);
    this.#documents += finished.documents;
    this.#progress.addDocuments({
      documents: finished.documents,
      bytes: object.blocks.reduce((sum, block) => sum + block.bytes, 0),
    });
  }

  async #append(
    { object, block, isFirst, isLast }: Extract<Step, { kind: 'block' }>,
    encoded: EncodedBlock | { readonly thrown: unknown } | undefined,
  ): Promise<void> {
    const collection = this.#collection;
    if (collection === undefined || encoded === undefined) throw new Error('a block before any collection');
    const name = `${collection.database}.${collection.name}`;
    if ('thrown' in encoded) throw located(encoded.thrown, name, this.#documents + (this.#data?.documents ?? 0));
    if (encoded.documents !== block.documents)
      throw countMismatch(`a block of ${name}`, block.documents, encoded.documents);
    if (isFirst) this.#data = new DataObject(this.#queue.open(this.#dataKey(collection, object)));
    const data = this.#data;
    if (data === undefined) throw new Error('a block before its object');
    await data.append(encoded);
    this.#progress.addDocuments(block);
    if (!isLast) return;
    this.#data = undefined;
    const { documents } = data;
    this.#documents += documents;
    const ended = await data.end();
    const { firstBlock, blocks } = object;
    await this.#queue.finish(ended, this.#expect(ended.key, { documents, firstBlock, blocks: blocks.length }));
  }

  /** Notes an object in its place. @returns to be called when the store has it. */
  #expect(
    key: string,
    { documents, firstBlock, blocks }: Pick<ExportObject, 'documents' | 'firstBlock' | 'blocks'>,
  ): Acknowledged {
    this.#objects.set(key, undefined);
    const arrived = this.#progress.beginObject();
    return async ({ bytes, sha256 }) => {
      const object: ExportObject = { key, bytes, sha256, documents, firstBlock, blocks };
      await this.#options.onObject?.(object);
      this.#objects.set(key, object);
      arrived();
    };
  }
}

/** Whether what an earlier attempt wrote is the object that is planned now. */
function covers(finished: ExportObject, { firstBlock, blocks }: PlannedObject): boolean {
  return (
    finished.firstBlock === firstBlock &&
    finished.blocks === blocks.length &&
    finished.documents === blocks.reduce((sum, block) => sum + block.documents, 0)
  );
}

/** A document's place in its collection instead of that in its block. */
function located(thrown: unknown, collection: string, documentsBefore: number): unknown {
  if (!(thrown instanceof BsonError)) return thrown;
  return new AppError({
    code: thrown.code,
    message: `document ${documentsBefore + thrown.document} of ${collection} (from 0) is not valid BSON: ${thrown.reason}`,
    hint: 'The document was damaged before the snapshot was taken: repair it in the deployment and take a new snapshot.',
    cause: thrown,
  });
}

function countMismatch(what: string, expected: number, found: number): AppError {
  return new AppError({
    code: 'EXPORT_COUNT_MISMATCH',
    message: `${what} holds ${expected} documents, but ${found} were exported`,
    hint: 'This is a defect in Longshore or in the memory of the machine: export again, and report it if it happens again.',
  });
}
