import { Type, type Static } from 'typebox';
import { messageOf } from '../../kernel/errors.ts';
import { isJsonObject } from '../../kernel/json.ts';
import type { LeftOut } from '../../snapshot/contract.ts';
import { Count, jsonReader, jsonTextReader } from '../../kernel/json-reader.ts';

const ManifestObject = Type.Object({ key: Type.String(), bytes: Count, sha256: Type.String(), documents: Count });

/** An entry of `.manifest.json` for one object. */
export type ManifestObject = Readonly<Static<typeof ManifestObject>>;

/** What is known of a collection beyond its metadata. */
const ManifestCollection = Type.Object({
  database: Type.String(),
  name: Type.String(),
  documents: Count,
  documentsAre: Type.Optional(Type.Literal('buckets')),
});

export interface Manifest {
  /** Those entries of collections that can be read. */
  readonly collections: readonly Readonly<Static<typeof ManifestCollection>>[];
  /** What the source had and the export does not hold. */
  readonly leftOut: readonly LeftOut[];
  readonly objects: readonly ManifestObject[];
  /** What is wrong with single entries and with the totals. */
  readonly problems: readonly string[];
  /** The number of entries, with the bad ones. */
  readonly entries: number;
}

const readManifest = jsonReader(
  Type.Object({
    objects: Type.Array(Type.Unknown()),
    collections: Type.Optional(Type.Array(Type.Unknown())),
    leftOut: Type.Optional(Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }))),
    totals: Type.Object({ files: Count, documents: Count }),
  }),
);
const readObject = jsonReader(ManifestObject);
const readCollection = jsonReader(ManifestCollection);
const readComplete = jsonTextReader(Type.Object({ totalFiles: Count }));

/** Parses `.manifest.json`. @throws Error if the text as a whole is wrong. */
export function parseManifest(text: string): Manifest {
  const manifest: unknown = JSON.parse(text);
  if (!isJsonObject(manifest) || manifest['format'] !== 'longshore-export') {
    throw new Error('it is not the manifest of an export');
  }
  if (manifest['version'] !== 1) {
    throw new Error(`it has version ${JSON.stringify(manifest['version'])}, and this Longshore reads version 1`);
  }
  const { objects: entries, totals, collections = [], leftOut = [] } = readManifest(manifest);
  const objects: ManifestObject[] = [];
  const problems: string[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      objects.push(readObject(entry));
    } catch (thrown) {
      problems.push(`entry ${index} of objects cannot be read: ${messageOf(thrown)}`);
    }
  }
  if (totals.files !== entries.length) problems.push('its total of files is not what it lists');
  const documents = objects.reduce((sum, object) => sum + object.documents, 0);
  // The number of documents in a bad entry may be unknown.
  if (objects.length === entries.length && totals.documents !== documents) {
    problems.push('its total of documents is not what it lists');
  }
  return { objects, problems, entries: entries.length, leftOut, collections: collections.flatMap(collectionOrNothing) };
}

function collectionOrNothing(entry: unknown): Manifest['collections'] {
  try {
    return [readCollection(entry)];
  } catch {
    return [];
  }
}

/** Returns the number of files that `.complete` states. @throws Error if the text is not valid. */
export function parseComplete(text: string): number {
  return readComplete(text).totalFiles;
}
