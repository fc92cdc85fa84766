import type { ObjectInfo, ObjectStore } from '../../object-store/contract.ts';
import { unescapeKeyPart } from '../export/index.ts';
import { isDataKey, isMetadataKey } from '../verify/index.ts';

/** A data object, with what its name says. */
export interface DataObjectInfo extends ObjectInfo {
  readonly replicaSet: string;
  readonly number: number;
}

/** The objects of a collection in an export. */
export interface ExportedCollection {
  /** The names of the folders. */
  readonly database: string;
  readonly name: string;
  /** The key of `metadata.json`; undefined if there is none. */
  metadata: string | undefined;
  /** In the order in which they are read. */
  readonly data: DataObjectInfo[];
}

/** `<replicaSet>.<number>.json.gz` */
const DATA_FILE = /^(.*)\.(\d+)\.json\.gz$/s;

/** Lists the objects of an export by collection: `<prefix>/<database>/<collection>/<file>`. Other objects are not looked at. */
export async function listCollections(
  store: ObjectStore,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly ExportedCollection[]> {
  const folder = prefix === '' ? '' : `${prefix}/`;
  const found = new Map<string, ExportedCollection>();
  for await (const object of store.list(folder, { signal })) {
    const [database, name, file, ...deeper] = object.key.slice(folder.length).split('/');
    if (database === undefined || name === undefined || file === undefined || deeper.length > 0) continue;
    const path = `${database}/${name}`;
    const collection = found.get(path) ?? {
      database: unescapeKeyPart(database),
      name: unescapeKeyPart(name),
      metadata: undefined,
      data: [],
    };
    if (isMetadataKey(object.key)) collection.metadata = object.key;
    else if (isDataKey(object.key)) {
      const [, replicaSet = file, number = '0'] = DATA_FILE.exec(file) ?? [];
      collection.data.push({ ...object, replicaSet, number: Number(number) });
    } else continue;
    found.set(path, collection);
  }
  const collections = [...found.values()];
  for (const { data } of collections) data.sort((a, b) => compare(a.replicaSet, b.replicaSet) || a.number - b.number);
  return collections.sort((a, b) => compare(a.database, b.database) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
