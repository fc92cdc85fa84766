import type { CollectionInfo, Consistency } from '../../contract.ts';

/** The consistency of a dump. */
export function consistencyOf({ hasOplog }: { readonly hasOplog: boolean }): Consistency {
  const read = 'mongodump read the collections one after another';
  return {
    level: 'none',
    reason: hasOplog
      ? `${read}; what was written meanwhile is in its oplog.bson, which the snapshot keeps as local.oplog.rs and does not apply.`
      : `${read} and kept no oplog: what was written meanwhile may be there in part.`,
  };
}

/** The collection of `mongodump --oplog`: the entries that `local.oplog.rs` received while mongodump ran. */
export const OPLOG_COLLECTION: CollectionInfo = {
  database: 'local',
  name: 'oplog.rs',
  type: 'collection',
  options: '{}',
  indexes: [],
};
