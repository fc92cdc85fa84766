import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { isMissingObject } from '../../object-store/errors.ts';
import type { VerifyOptions, VerifyReport } from './contract.ts';
import { exportKeys } from '../export/index.ts';
import { parseComplete, parseManifest, type ManifestObject } from './manifest-parser.ts';

const MAX_PROBLEMS = 100;
const LINE_END = 0x0a;

/**
 * Reads every object of an export and compares it with `.manifest.json`: length, SHA-256, that it can be unzipped, and how
 * many lines it has. Memory stays bounded. What does not fit is in the report; only a store that cannot be read throws.
 */
export async function verifyExport({ store, prefix, signal, onProgress }: VerifyOptions): Promise<VerifyReport> {
  const keys = exportKeys(prefix);
  const problems: string[] = [];
  const report = { objects: 0, documents: 0, bytes: 0, problems };
  const found = (problem: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };

  const totalFiles = await parsed(store, keys.complete, parseComplete, found);
  const objects = (await parsed(store, keys.manifest, parseManifest, found)) ?? [];
  if (totalFiles !== undefined && objects.length > 0 && totalFiles !== objects.length) {
    found(`${keys.complete}: says that there are ${totalFiles} files, and the manifest lists ${objects.length}`);
  }
  for (const [index, object] of objects.entries()) {
    signal?.throwIfAborted();
    const problem = await problemOf(store, object);
    if (problem === undefined) {
      report.objects++;
      report.documents += object.documents;
      report.bytes += object.bytes;
    } else {
      found(`${object.key}: ${problem}`);
    }
    onProgress?.({ objects: index + 1, totalObjects: objects.length });
  }
  const known = new Set([keys.complete, keys.manifest, ...objects.map(({ key }) => key)]);
  for await (const { key } of store.list(`${prefix}/`)) {
    if (objects.length > 0 && !known.has(key)) found(`${key}: the manifest does not list it`);
  }
  return report;
}

async function parsed<T>(
  store: ObjectStore,
  key: string,
  parse: (text: string) => T,
  found: (problem: string) => void,
): Promise<T | undefined> {
  let body: Uint8Array;
  try {
    body = await store.get(key);
  } catch (thrown) {
    if (!isMissingObject(thrown)) throw thrown;
    found(`${key}: is missing`);
    return undefined;
  }
  try {
    return parse(Buffer.from(body).toString('utf8'));
  } catch (thrown) {
    found(`${key}: ${messageOf(thrown)}`);
    return undefined;
  }
}

async function problemOf(store: ObjectStore, object: ManifestObject): Promise<string | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const piece of store.read(object.key)) {
      hash.update(piece);
      bytes += piece.byteLength;
      yield piece;
    }
  }
  try {
    const lines = object.key.endsWith('.json.gz') ? await countLines(hashed()) : await drained(hashed());
    if (bytes !== object.bytes) return `has ${bytes} bytes instead of ${object.bytes}`;
    if (hash.digest('hex') !== object.sha256) return 'its content is not what was written: the SHA-256 differs';
    if (lines !== object.documents) return `has ${lines} lines instead of ${object.documents}`;
    return undefined;
  } catch (thrown) {
    if (isMissingObject(thrown)) return 'is missing';
    if (thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('Z_')) {
      return `cannot be unzipped (${thrown.message})`;
    }
    throw thrown;
  }
}

async function countLines(zipped: AsyncIterable<Uint8Array>): Promise<number> {
  // What goes wrong in either stream is thrown where the unzipped one is read.
  const unzipped = pipeline(Readable.from(zipped), createGunzip({ chunkSize: 256 * 1024 }), () => undefined);
  let lines = 0;
  for await (const piece of unzipped) {
    if (!(piece instanceof Uint8Array)) throw new TypeError('not bytes');
    for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, at + 1)) lines++;
  }
  return lines;
}

/** Of metadata there are no documents. */
async function drained(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const reader = pieces[Symbol.asyncIterator]();
  while ((await reader.next()).done !== true);
  return 0;
}
