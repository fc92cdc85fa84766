// This import goes around the front door of extjson, because the threads that decode import the front door and seldom
// need this parser.
import { createTypeScriptParser } from '../../../extjson/parser-ts/parser.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { JsonText } from '../../../kernel/json-text.ts';
import type { CollectionInfo } from '../../contract.ts';
import { nameOf } from './errors.ts';
import { orderedDocument } from './ordered-values.ts';

type Values = Map<string, unknown>;

const parser = createTypeScriptParser();

/** Options that servers list, and that `create` does not take. */
const NOT_TAKEN = new Set(['autoIndexId', 'uuid', 'temp']);

/** The options of a collection as values for the driver. @throws AppError `RESTORE_OPTIONS_REFUSED` */
export function optionsOf(info: CollectionInfo): Values {
  const options = read(info.options, `the options of ${nameOf(info)}`);
  for (const name of NOT_TAKEN) options.delete(name);
  return options;
}

/**
 * The indexes that a collection needs beyond those that the server makes itself: that on `_id`, and that of a clustered
 * collection. @throws AppError `RESTORE_OPTIONS_REFUSED`
 */
export function indexesOf(info: CollectionInfo): readonly Values[] {
  return info.indexes.flatMap((text) => newIndexOf(read(text, `an index of ${nameOf(info)}`)) ?? []);
}

/**
 * An index as a server creates it; undefined if the server makes it itself. Servers of old listed the namespace. The version is left to
 * the server, as mongorestore does, because not every server takes it.
 */
export function newIndexOf(index: ReadonlyMap<string, unknown>): Values | undefined {
  if (isMadeByServer(index)) return undefined;
  return new Map([...index].filter(([name]) => name !== 'ns' && name !== 'v'));
}

function isMadeByServer(index: ReadonlyMap<string, unknown>): boolean {
  const key = index.get('key');
  return (
    index.has('clustered') || (key instanceof Map && [...key.keys()].join() === '_id' && key.get('_id') !== 'hashed')
  );
}

function read(text: JsonText, what: string): Values {
  try {
    // A parser reads lines, and a line feed in valid JSON is white space between tokens.
    const { bson } = parser.parse(Buffer.from(text.replaceAll(/[\r\n]/g, ' ')));
    return orderedDocument(bson);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError({
      code: 'RESTORE_OPTIONS_REFUSED',
      message: `${what} cannot be read: ${cause.message}`,
      hint: 'Leave the collection out with --exclude, or repair its metadata in a copy of the export or the dump.',
      cause,
    });
  }
}
