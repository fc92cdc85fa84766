import { createHash } from 'node:crypto';

// How mongodump names its files, as the source of mongo-tools has it (https://github.com/mongodb/mongo-tools, mongodump and
// common/util): a collection's file is called after the collection, escaped as Go's url.QueryEscape escapes a part of a
// query, and a database's directory after the database as it is. A name that would be longer than 238 escaped bytes is
// shortened, because `.metadata.json.gz` makes it 255, which is the longest name that file systems take.

/** What a file of a database's directory is. */
export interface DumpFileName {
  /** What stands before the suffix: the collection's name as mongodump escapes it. */
  readonly base: string;
  readonly kind: 'documents' | 'metadata';
}

const NAMES = /^(?<base>.+)\.(?<kind>bson|metadata\.json)(?:\.gz)?$/s;

/** Undefined for a file that mongodump does not write. */
export function parseDumpFileName(name: string): DumpFileName | undefined {
  const { base, kind } = NAMES.exec(name)?.groups ?? {};
  if (base === undefined || kind === undefined) return undefined;
  return { base, kind: kind === 'bson' ? 'documents' : 'metadata' };
}

/** Why a file is taken for none of a dump's, though it may look like one. */
export function whyForeign(name: string): string {
  if (parseDumpFileName(name.toLowerCase()) !== undefined) {
    return 'mongodump writes the endings of its files in small letters';
  }
  const packed = /^.+\.(?:bson|metadata\.json)\.(?<ending>[^.]+)$/is.exec(name);
  if (packed !== null)
    return `mongodump writes no .${packed.groups?.['ending'] ?? ''} files: unpack it to have it taken`;
  return 'mongodump writes no such file';
}

const MAX_BASE_BYTES = 238;
/** Of a shortened name: so much of the escaped name, a `$` (which no collection's name holds), and the hash of the name. */
const KEPT_BYTES = 208;
const DELIMITER = '%24';
const SHORTENED = new RegExp(`^.{${KEPT_BYTES}}${DELIMITER}[A-Za-z0-9_-]{27}$`, 's');

/** Escaped as Go's url.QueryEscape does it: a space is `+`, and all but letters, digits and `-_.~` is `%` and two digits. */
export function escapeName(name: string): string {
  const escaped = encodeURIComponent(name).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.replaceAll('%20', '+');
}

/**
 * The name that was escaped. What cannot be an escape is taken as it stands, because old versions of mongodump escape
 * nothing.
 */
export function unescapeName(escaped: string): string {
  try {
    return decodeURIComponent(escaped.replaceAll('+', ' '));
  } catch {
    return escaped;
  }
}

/** What mongodump calls the files of a collection, without their endings. */
export function dumpFileBase(collection: string): string {
  const escaped = escapeName(collection);
  if (escaped.length <= MAX_BASE_BYTES) return escaped;
  return escaped.slice(0, KEPT_BYTES) + DELIMITER + createHash('sha1').update(collection).digest('base64url');
}

/** Whether the base of a file's name is a shortened one: the collection's name is then in its metadata alone. */
export function isShortened(base: string): boolean {
  return SHORTENED.test(base);
}

/** What the name of a collection begins with that holds the measurements of a time series. */
export const BUCKETS_PREFIX = 'system.buckets.';
