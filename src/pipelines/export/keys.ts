import { escapeKeyPart } from './key-part.ts';

/** The folder at the top of a bucket that contains all exports. */
export const EXPORTS_FOLDER = 'exported_snapshots';

/** An empty object at the top of the bucket. It is written first, because it shows that objects may be written. */
export const PERMISSION_CHECK_KEY = `${EXPORTS_FOLDER}/.permissioncheck`;

/** The keys of an export's objects. */
export interface ExportKeys {
  data(database: string, collection: string, replicaSetName: string, number: number): string;
  metadata(database: string, collection: string): string;
  readonly claim: string;
  readonly manifest: string;
  readonly complete: string;
}

/** @param prefix without a slash at either end; empty for the top of the bucket. */
export function exportKeys(prefix: string): ExportKeys {
  const top = prefix === '' ? '' : `${prefix}/`;
  const folder = (database: string, collection: string): string =>
    `${top}${escapeKeyPart(database)}/${escapeKeyPart(collection)}`;
  return {
    data: (database, collection, replicaSetName, number) =>
      `${folder(database, collection)}/${escapeKeyPart(replicaSetName)}.${number}.json.gz`,
    metadata: (database, collection) => `${folder(database, collection)}/metadata.json`,
    claim: `${top}.claim`,
    manifest: `${top}.manifest.json`,
    complete: `${top}.complete`,
  };
}
