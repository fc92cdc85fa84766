import { Type } from 'typebox';
import { messageOf } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { AnyObject, jsonReader } from '../../../kernel/json-reader.ts';
import { elementTexts, memberTexts, type JsonText } from '../../../kernel/json-text.ts';
import type { CollectionType } from '../../contract.ts';
import { invalidDump } from './errors.ts';
import { readDumpText } from './files.ts';

const readObject = jsonReader(AnyObject);
const readParts = jsonReader(Type.Object({ options: AnyObject, indexes: Type.Array(AnyObject) }));

/** The content of a `.metadata.json`. Options and indexes keep their text: Extended JSON. */
export interface DumpMetadata {
  readonly type: CollectionType;
  /** Set if the documents of a time series are its measurements, as Longshore dumps them, and not its buckets. */
  readonly holdsMeasurements?: true;
  readonly options: JsonText;
  readonly indexes: readonly JsonText[];
  readonly uuid?: string;
  /** The collection's name, if the file has it. The name of the file may be a shortened one. */
  readonly name?: string;
}

/** The metadata of a collection without `.metadata.json`. mongodump writes none for some system collections. */
export const NO_METADATA: DumpMetadata = { type: 'collection', options: '{}', indexes: [] };

/** @throws AppError `INVALID_DUMP` */
export async function readMetadata(path: string): Promise<DumpMetadata> {
  return parseMetadata(path, await readDumpText(path));
}

/** Parses a `.metadata.json`. @param path for errors. @throws AppError `INVALID_DUMP` */
export function parseMetadata(path: string, text: string): DumpMetadata {
  // mongorestore takes an empty file for a missing one.
  if (text === '') return NO_METADATA;
  try {
    const metadata = readObject(JSON.parse(text));
    const { uuid, collectionName, type } = metadata;
    const { options } = readParts({ options: metadata['options'] ?? {}, indexes: metadata['indexes'] ?? [] });
    const texts = memberTexts(text);
    const textOf = (key: 'options' | 'indexes', absent: JsonText): JsonText =>
      metadata[key] == null ? absent : (texts.get(key) ?? absent);
    return {
      type: typeOf(type, options),
      ...(type === 'collection' && options['timeseries'] !== undefined ? { holdsMeasurements: true } : {}),
      options: textOf('options', '{}'),
      indexes: elementTexts(textOf('indexes', '[]')),
      ...(typeof uuid === 'string' && /^[0-9a-f]{32}$/i.test(uuid) ? { uuid: uuid.toLowerCase() } : {}),
      ...(typeof collectionName === 'string' && collectionName !== '' ? { name: collectionName } : {}),
    };
  } catch (cause) {
    throw invalidDump(path, `cannot be read: ${messageOf(cause)}`, cause);
  }
}

/**
 * Returns the type of a collection. Old versions of mongodump name no type, but the options of views and time series
 * show it. With `--viewsAsCollections`, mongodump writes the type of a view without its definition. Such a view is a
 * collection, because mongodump wrote documents for it.
 */
function typeOf(type: unknown, options: JsonObject): CollectionType {
  if (options['viewOn'] !== undefined) return 'view';
  if (type === 'timeseries' || options['timeseries'] !== undefined) return 'timeseries';
  return 'collection';
}
