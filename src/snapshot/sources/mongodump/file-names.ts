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

/**
 * The name that was escaped: mongodump writes bytes that a file name should not hold as `%` and two hex digits, of UTF-8.
 * Dumps of old versions are not escaped: what cannot be an escape is taken as it stands.
 */
export function unescapeName(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}

/** What the name of a collection begins with that holds the measurements of a time series. */
export const BUCKETS_PREFIX = 'system.buckets.';
