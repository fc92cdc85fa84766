import type { CollectionInfo, Consistency } from '../../contract.ts';

/** What a dump shows. */
export function consistencyOf({ hasOplog }: { readonly hasOplog: boolean }): Consistency {
  const read = 'mongodump read the collections one after another';
  return {
    level: 'none',
    reason: hasOplog
      ? `${read}; what was written meanwhile is in its oplog.bson, which the snapshot keeps as local.oplog.rs and does not apply.`
      : `${read} and kept no oplog: what was written meanwhile may be there in part.`,
  };
}

/** `mongodump --oplog` keeps what was added to `local.oplog.rs` from when it began until it ended. */
export const OPLOG_COLLECTION: CollectionInfo = {
  database: 'local',
  name: 'oplog.rs',
  type: 'collection',
  options: '{}',
  indexes: [],
};
