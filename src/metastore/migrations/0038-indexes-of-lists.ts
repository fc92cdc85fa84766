import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The tables whose lists are those of a cluster, newest first. */
const LISTS = [
  ['snapshots', 'requested_at'],
  ['export_jobs', 'created_at'],
  ['restore_jobs', 'created_at'],
] as const;

/** Makes the indexes of lists have the whole order of the list, and adds those of frequent questions. */
export const indexesOfLists: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    for (const [table, time] of LISTS) {
      const name = `${table}_cluster_id`;
      await schema.dropIndex(name).execute();
      await schema.createIndex(name).on(table).columns(['cluster_id', time, 'id']).execute();
    }
    const status = schema.createIndex('snapshots_status').on('snapshots');
    await status.columns(['cluster_id', 'status', 'requested_at']).execute();
    await schema.createIndex('snapshots_expires_at').on('snapshots').column('expires_at').execute();
    await schema.createIndex('projects_org_id').on('projects').columns(['org_id', 'id']).execute();
  },
};
