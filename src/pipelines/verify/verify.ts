import { AppError, codeOf, messageOf } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { isMissingObject } from '../../object-store/errors.ts';
import { exportKeys, type ExportKeys } from '../export/index.ts';
import type { VerifyOptions, VerifyReport } from './contract.ts';
import { parseComplete, parseManifest, type Manifest, type ManifestObject } from './manifest-parser.ts';
import { presentKey } from './present-key.ts';
import {
  ContentError,
  isDataKey,
  isMetadataKey,
  readObject,
  type ObjectFacts,
  type ReadOptions,
} from './read-object.ts';

const MAX_PROBLEMS = 100;

/** An object to verify, with its entry in the manifest if there is one. */
interface ObjectToVerify {
  readonly key: string;
  readonly expected?: ManifestObject;
}

/**
 * Reads every object of an export. With `.manifest.json`, it compares length, SHA-256 and number of lines, also after
 * the export was copied. An export of Atlas has no manifest: then it unzips every data object, parses every line and
 * every metadata, and compares the number of files with `.complete`. Memory is bounded. The report has one sentence for
 * each problem.
 * @throws AppError if the store cannot be listed; the signal's reason.
 */
export async function verifyExport({ store, prefix, signal, onProgress }: VerifyOptions): Promise<VerifyReport> {
  const keys = exportKeys(prefix);
  const problems: string[] = [];
  const found = (problem: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  const totalFiles = await parsed(store, keys.complete, signal, parseComplete, found);
  if (totalFiles === 'missing') found(`${keys.complete} is missing`);
  const text = await parsed(store, keys.manifest, signal, parseManifest, found);
  const manifest = text === 'missing' ? undefined : text;
  const present = await filesBelow(store, keys, signal);
  const objects =
    manifest === undefined ? present.map((key) => ({ key })) : objectsOfManifest(manifest, prefix, keys, found);

  const report = { manifest: manifest !== undefined, objects: 0, documents: 0, bytes: 0, problems };
  const read = { objects: 0, documents: 0, bytes: 0 };
  const onPiece = (bytes: number): void => {
    read.bytes += bytes;
    onProgress?.({ ...read });
  };
  for (const object of objects) {
    signal?.throwIfAborted();
    const facts = await verified(store, object, { signal, onPiece });
    if (typeof facts === 'string') found(`${object.key} ${facts}`);
    else {
      report.objects++;
      report.documents += facts.documents;
      report.bytes += facts.bytes;
    }
    read.objects++;
    read.documents = report.documents;
    onProgress?.({ ...read });
  }

  if (manifest !== undefined) {
    const known = new Set(objects.map(({ key }) => key));
    for (const key of present) if (!known.has(key)) found(`${key} is not in the manifest`);
  }
  if (typeof totalFiles === 'number') {
    const counts = manifest === undefined ? countsOfFiles(present) : [manifest.entries];
    if (!counts.includes(totalFiles)) {
      const where = manifest === undefined ? 'there are' : 'the manifest lists';
      found(`${keys.complete} says that there are ${totalFiles} files, and ${where} ${counts[0] ?? 0}`);
    }
  }
  return report;
}

/** The present places of a manifest's objects. The manifest has their keys in the bucket that they were written to. */
function objectsOfManifest(
  manifest: Manifest,
  prefix: string,
  keys: ExportKeys,
  found: (problem: string) => void,
): readonly ObjectToVerify[] {
  for (const problem of manifest.problems) found(`${keys.manifest}: ${problem}`);
  const objects = new Map<string, ObjectToVerify>();
  for (const expected of manifest.objects) {
    const key = presentKey(expected.key, prefix);
    if (key === undefined) found(`${expected.key} is not a key of an export`);
    else if (objects.has(key)) found(`${expected.key} is in the manifest twice`);
    else objects.set(key, { key, expected });
  }
  return [...objects.values()];
}

/** All objects of the export except the dot-files at its top. */
async function filesBelow(
  store: ObjectStore,
  keys: ExportKeys,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const folder = keys.complete.slice(0, -'.complete'.length);
  const dotFiles = [keys.claim, keys.complete, keys.manifest];
  const found: string[] = [];
  for await (const { key } of store.list(folder, { signal })) {
    if (!dotFiles.includes(key)) found.push(key);
  }
  return found;
}

/**
 * The possible values of `totalFiles`. Longshore counts data and metadata. It is not documented whether Atlas counts
 * metadata.
 */
function countsOfFiles(present: readonly string[]): readonly number[] {
  const data = present.filter(isDataKey).length;
  return [data + present.filter(isMetadataKey).length, data];
}

/** Parses a text. Returns undefined after it reported a problem. */
async function parsed<T>(
  store: ObjectStore,
  key: string,
  signal: AbortSignal | undefined,
  parse: (text: string) => T,
  found: (problem: string) => void,
): Promise<T | 'missing' | undefined> {
  try {
    return parse(Buffer.from(await store.get(key, { signal })).toString('utf8'));
  } catch (thrown) {
    signal?.throwIfAborted();
    if (isMissingObject(thrown)) return 'missing';
    found(`${key}: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** The facts of a right object; or what is wrong with it, as the rest of a sentence whose subject is the key. */
async function verified(
  store: ObjectStore,
  { key, expected }: ObjectToVerify,
  { signal, onPiece }: ReadOptions,
): Promise<ObjectFacts | string> {
  try {
    const facts = await readObject(store, key, expected === undefined ? 'parse' : 'unzip', { signal, onPiece });
    if (expected === undefined) return facts;
    if (facts.bytes !== expected.bytes) return `has ${facts.bytes} bytes instead of ${expected.bytes}`;
    if (facts.sha256 !== expected.sha256) return 'has other content than what was written: the SHA-256 differs';
    if (facts.documents !== expected.documents) return `has ${facts.documents} lines instead of ${expected.documents}`;
    return facts;
  } catch (thrown) {
    signal?.throwIfAborted();
    if (isMissingObject(thrown)) return 'is missing';
    if (thrown instanceof ContentError) return thrown.message;
    if (thrown instanceof AppError) return `cannot be read: ${thrown.message}`;
    if (codeOf(thrown)?.startsWith('Z_') === true) return `cannot be unzipped (${messageOf(thrown)})`;
    throw thrown;
  }
}
