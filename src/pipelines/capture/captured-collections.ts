import { AppError } from '../../kernel/errors.ts';
import type { CollectionInfo, LeftOut } from '../../snapshot/contract.ts';
import type { SnapshotSource, SourceCollection } from '../../snapshot/sources/index.ts';

/** The databases that MongoDB keeps for itself: sessions, the sharding catalogue, the oplog. */
const INTERNAL_DATABASES = new Set(['config', 'local']);

/**
 * Explains why a snapshot leaves a collection out; undefined if the snapshot holds it. MongoDB's own collections are
 * left out, as in Atlas, except `system.js`, which holds the user's functions. Views are held because their definitions
 * are worth keeping.
 */
function whyNotCaptured({ database, name }: Pick<CollectionInfo, 'database' | 'name'>): string | undefined {
  if (INTERNAL_DATABASES.has(database)) return `MongoDB keeps the database ${database} for itself`;
  // `mongodump --dumpDbUsersAndRoles` adds files with names that begin with `$`.
  if (name.startsWith('$')) return 'users and roles are not data of the database';
  if (name.startsWith('system.') && name !== 'system.js') return 'MongoDB keeps system collections for itself';
  return undefined;
}

/** The collections that a snapshot of the source holds, by database then name. */
export function capturedCollections({ collections, oplog }: SnapshotSource): readonly SourceCollection[] {
  const captured = collections.filter((collection) => whyNotCaptured(collection) === undefined);
  if (oplog === undefined) return captured;
  const place = captured.findIndex(({ database }) => database > oplog.database);
  return captured.toSpliced(place === -1 ? captured.length : place, 0, oplog);
}

/** @throws AppError `SOURCE_EMPTY` if an export of the source would hold no collection. */
export function assertNotEmpty(source: SnapshotSource): void {
  const captured = source.collections.filter((collection) => whyNotCaptured(collection) === undefined);
  if (captured.some(({ type }) => type !== 'view')) return;
  const leftOut = leftOutOfCapture(source);
  const first = leftOut.slice(0, MAX_NAMED).map(({ name, reason }) => `${name} (${reason})`);
  const more = leftOut.length > MAX_NAMED ? ` and ${leftOut.length - MAX_NAMED} more` : '';
  throw new AppError({
    code: 'SOURCE_EMPTY',
    message: `the source has nothing to export${first.length === 0 ? '' : `; left out: ${first.join(', ')}${more}`}`,
    hint: 'Check that it is the source that is meant. If it may be empty, register the cluster with --allow-empty (allowEmpty).',
  });
}

const MAX_NAMED = 5;

/** Lists what a snapshot of the source leaves out: what the source reports, and MongoDB's own collections. */
export function leftOutOfCapture(source: SnapshotSource): readonly LeftOut[] {
  const internal = source.collections.flatMap((collection) => {
    const reason = whyNotCaptured(collection);
    return reason === undefined ? [] : [{ name: `${collection.database}.${collection.name}`, reason }];
  });
  return [...source.leftOut, ...internal];
}
