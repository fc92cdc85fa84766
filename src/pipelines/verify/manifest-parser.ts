import { Type, type Static } from 'typebox';
import { isJsonObject } from '../../kernel/json.ts';
import { Count, jsonReader } from '../../kernel/json-reader.ts';

const ManifestObject = Type.Object({ key: Type.String(), bytes: Count, sha256: Type.String(), documents: Count });

/** What `.manifest.json` says of one object. */
export type ManifestObject = Readonly<Static<typeof ManifestObject>>;

const readManifest = jsonReader(
  Type.Object({
    objects: Type.Array(ManifestObject),
    totals: Type.Object({ files: Count, documents: Count }),
  }),
);

const readComplete = jsonReader(Type.Object({ totalFiles: Count }));

/** @throws Error that says what is wrong with the text. */
export function parseManifest(text: string): readonly ManifestObject[] {
  const manifest: unknown = JSON.parse(text);
  if (!isJsonObject(manifest) || manifest['format'] !== 'longshore-export') {
    throw new Error('it is not the manifest of an export');
  }
  if (manifest['version'] !== 1) {
    throw new Error(`it has version ${JSON.stringify(manifest['version'])}, and this Longshore reads version 1`);
  }
  const { objects, totals } = readManifest(manifest);
  if (totals.files !== objects.length) throw new Error('its total of files is not what it lists');
  const documents = objects.reduce((sum, object) => sum + object.documents, 0);
  if (totals.documents !== documents) throw new Error('its total of documents is not what it lists');
  return objects;
}

/** How many files `.complete` says there are. @throws Error that says what is wrong with the text. */
export function parseComplete(text: string): number {
  return readComplete(JSON.parse(text)).totalFiles;
}
