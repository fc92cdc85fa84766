import { createHash } from 'node:crypto';
import { ExtendedJsonError, LineChunks } from '../../extjson/index.ts';
import { codeOf, messageOf } from '../../kernel/errors.ts';
import { isMissingObject } from '../../object-store/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { mapOrdered, type BlockSession } from '../threads/index.ts';
import { unzip, type ManifestObject } from '../verify/index.ts';
import type { BlocksOptions, RestoreBlock } from './contract.ts';
import { exportDamaged } from './errors.ts';
import type { DataObjectInfo } from './export-objects.ts';

/** The documents of a chunk go to the target in one command, and small ones would cost as much again as the work on their documents. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Chunks that are parsed while the ones before them are written. */
const CHUNKS_AHEAD = 6;
const BYTES_AHEAD = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** The data objects of a collection. */
export interface DataObjects {
  readonly store: ObjectStore;
  readonly data: readonly DataObjectInfo[];
  /** The entries of the manifest by key; empty if there is no manifest. */
  readonly objects: ReadonlyMap<string, ManifestObject>;
  /** The number of documents that are not wanted. */
  readonly skipped: number;
}

/** Reads the documents of a collection from its data objects in order. @throws AppError `EXPORT_DAMAGED`, `INVALID_EXTENDED_JSON` */
export async function* readObjects(
  { store, data, objects, skipped }: DataObjects,
  { pool, signal, onBytes }: BlocksOptions,
): AsyncGenerator<RestoreBlock, void, undefined> {
  const session = pool.beginSession(signal);
  try {
    let rest = skipped;
    for (const object of data) {
      const expected = objects.get(object.key);
      if (expected !== undefined && expected.documents <= rest) {
        rest -= expected.documents;
        onBytes?.(object.bytes);
        continue;
      }
      const reading = new ObjectReading({ store, object, expected, skipped: rest, session, signal, onBytes });
      yield* reading.blocks();
      rest -= reading.skipped;
    }
  } finally {
    session.end();
  }
}

interface ReadingParts {
  readonly store: ObjectStore;
  readonly object: DataObjectInfo;
  readonly expected: ManifestObject | undefined;
  readonly skipped: number;
  readonly session: BlockSession;
  readonly signal: AbortSignal;
  readonly onBytes: ((bytes: number) => void) | undefined;
}

/** The reading of one object. */
class ObjectReading {
  readonly #parts: ReadingParts;
  /** The lines of this object that were skipped so far. */
  skipped = 0;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  async *blocks(): AsyncGenerator<RestoreBlock, void, undefined> {
    const { object, expected, session, signal } = this.#parts;
    let lines = 0;
    let documents = 0;
    const parse = (json: Uint8Array<ArrayBuffer>) => session.run('parse', json);
    const limit = { most: BYTES_AHEAD, of: (json: Uint8Array) => json.byteLength };
    try {
      for await (const parsed of mapOrdered(this.#chunks(), CHUNKS_AHEAD, parse, limit)) {
        signal.throwIfAborted();
        lines += parsed.lines;
        documents += parsed.hash.documents;
        if (parsed.hash.documents > 0) yield parsed;
      }
    } catch (thrown) {
      throw thrown instanceof ExtendedJsonError ? thrown.inObject(object.key, this.skipped + lines) : thrown;
    }
    const found = this.skipped + documents;
    if (expected !== undefined && found !== expected.documents) {
      throw exportDamaged(object.key, `it has ${found} documents instead of ${expected.documents}`);
    }
  }

  /** Yields chunks of whole lines, without the lines that are skipped. */
  async *#chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const chunks = new LineChunks({ chunkBytes: CHUNK_BYTES });
    for await (const text of this.#text()) {
      for (const chunk of chunks.append(text)) yield* this.#wanted(chunk);
    }
    const last = chunks.finish();
    if (last !== undefined) yield* this.#wanted(last);
  }

  *#wanted(chunk: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    let start = 0;
    while (this.skipped < this.#parts.skipped && start < chunk.byteLength) {
      const end = chunk.indexOf(LINE_FEED, start);
      start = end < 0 ? chunk.byteLength : end + 1;
      this.skipped++;
    }
    if (start === 0) yield chunk;
    else if (start < chunk.byteLength) yield chunk.slice(start);
  }

  /** The unzipped text. At its end the object was compared with the manifest. */
  async *#text(): AsyncGenerator<Uint8Array, void, undefined> {
    const { object, signal } = this.#parts;
    try {
      yield* unzip(this.#zipped());
    } catch (thrown) {
      signal.throwIfAborted();
      if (isMissingObject(thrown)) throw exportDamaged(object.key, 'it is missing', thrown);
      if (codeOf(thrown)?.startsWith('Z_') === true) {
        throw exportDamaged(object.key, `it cannot be unzipped (${messageOf(thrown)})`, thrown);
      }
      throw thrown;
    }
  }

  async *#zipped(): AsyncGenerator<Uint8Array, void, undefined> {
    const { store, object, expected, signal, onBytes } = this.#parts;
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of store.read(object.key, { signal })) {
      if (expected !== undefined) hash.update(piece);
      bytes += piece.byteLength;
      onBytes?.(piece.byteLength);
      yield piece;
    }
    if (expected === undefined) return;
    if (bytes !== expected.bytes) {
      throw exportDamaged(object.key, `it has ${bytes} bytes instead of ${expected.bytes}`);
    }
    if (hash.digest('hex') !== expected.sha256) {
      throw exportDamaged(object.key, 'its content is not what was written: the SHA-256 differs');
    }
  }
}
