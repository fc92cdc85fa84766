import type { CollectionInfo } from '../snapshot/index.ts';

/** What a deployment keeps for itself: sessions, the sharding catalogue, the oplog. */
const INTERNAL_DATABASES = new Set(['config', 'local']);

/**
 * Whether a snapshot holds the collection. As Atlas does, what MongoDB keeps for itself is left out, but for `system.js`,
 * which holds the user's functions. Views are held: their definition is worth keeping. `$` begins the names of what
 * mongodump adds for users and roles.
 */
export function isCaptured({ database, name }: CollectionInfo): boolean {
  if (INTERNAL_DATABASES.has(database) || name.startsWith('$')) return false;
  return !name.startsWith('system.') || name === 'system.js';
}

/** Whether an export holds the collection: it has documents of its own. */
export function isExported(info: CollectionInfo): boolean {
  return info.type !== 'view' && isCaptured(info);
}
