import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Adds the marks of snapshots whose blocks the next collection of garbage must check, and the id that metadata and
 * repository share. Pending deletions of earlier versions become such marks.
 */
export const repository: Migration = {
  async up(given: Kysely<unknown>): Promise<void> {
    const database = given.$extendTables<Before>();
    await database.schema
      .createTable('snapshot_garbage')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('snapshot_id', 'text', (column) => column.notNull())
      .execute();
    await database.schema
      .createTable('repositories')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .execute();

    const deletions = database.selectFrom('jobs').where('kind', '=', DELETE_SNAPSHOT);
    for (const { id, payload } of await deletions.select(['id', 'payload']).execute()) {
      const snapshotId = /"snapshotId":"([0-9a-f]{24})"/.exec(payload)?.[1];
      if (snapshotId === undefined) continue;
      await database.insertInto('snapshot_garbage').values({ id, snapshot_id: snapshotId }).execute();
    }
    await database.deleteFrom('jobs').where('kind', '=', DELETE_SNAPSHOT).execute();
  },
};

const DELETE_SNAPSHOT = 'delete-snapshot';

type Before = {
  jobs: { id: string; kind: string; payload: string };
  snapshot_garbage: { id: string; snapshot_id: string };
};
