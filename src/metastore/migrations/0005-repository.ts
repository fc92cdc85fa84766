import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The snapshots whose blocks no collection of garbage has looked at since, and the id that the metadata shares with the repository of its
 * snapshots. Deletions of before that are still to be done become such marks.
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
