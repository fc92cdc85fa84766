import { createHash } from 'node:crypto';

// The file names of mongodump, taken from the source of mongo-tools (https://github.com/mongodb/mongo-tools, mongodump
// and common/util). A collection's file has the collection's name, escaped as Go's url.QueryEscape escapes a part of a
// query. A database's directory has the database's name unescaped. A name of more than 238 escaped bytes is shortened,
// because `.metadata.json.gz` makes it 255 bytes, which is the longest name of file systems.

/** A parsed name of a file in a database's directory. */
export interface DumpFileName {
  /** The part before the suffix: the collection's name as mongodump escapes it. */
  readonly base: string;
  readonly kind: 'documents' | 'metadata';
}

const NAMES = /^(?<base>.+)\.(?<kind>bson|metadata\.json)(?:\.gz)?$/s;

/** Parses a file name. Returns undefined if mongodump does not write such a file. */
export function parseDumpFileName(name: string): DumpFileName | undefined {
  const { base, kind } = NAMES.exec(name)?.groups ?? {};
  if (base === undefined || kind === undefined) return undefined;
  return { base, kind: kind === 'bson' ? 'documents' : 'metadata' };
}

/** Explains why a file does not belong to a dump, although it may look like it. */
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
/**
 * A shortened name consists of this many bytes of the escaped name, a `$` (which no collection's name contains), and
 * the hash of the name.
 */
const KEPT_BYTES = 208;
const DELIMITER = '%24';
const SHORTENED = new RegExp(`^.{${KEPT_BYTES}}${DELIMITER}[A-Za-z0-9_-]{27}$`, 's');

/**
 * Escapes as Go's url.QueryEscape: a space becomes `+`. Any other byte except letters, digits and `-_.~` becomes `%`
 * and two digits.
 */
export function escapeName(name: string): string {
  const escaped = encodeURIComponent(name).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.replaceAll('%20', '+');
}

/** Reverses `escapeName`. Text that cannot be an escape is kept, because old versions of mongodump escape nothing. */
export function unescapeName(escaped: string): string {
  try {
    return decodeURIComponent(escaped.replaceAll('+', ' '));
  } catch {
    return escaped;
  }
}

/** The names that mongodump gives a collection's files, without their suffixes. */
export function dumpFileBase(collection: string): string {
  const escaped = escapeName(collection);
  if (escaped.length <= MAX_BASE_BYTES) return escaped;
  return escaped.slice(0, KEPT_BYTES) + DELIMITER + createHash('sha1').update(collection).digest('base64url');
}

/** Whether the base of a file name is shortened. Only the metadata then have the collection's name. */
export function isShortened(base: string): boolean {
  return SHORTENED.test(base);
}

/** The beginning of the name of a collection with the measurements of a time series. */
export const BUCKETS_PREFIX = 'system.buckets.';
