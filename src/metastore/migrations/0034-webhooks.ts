import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Webhooks of projects, what was sent to them, and since when the exports of clusters are promised and overdue. */
export const webhooks: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    await schema
      .createTable('webhooks')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('event_types', 'text', (column) => column.notNull())
      .addColumn('sealed_secret', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('webhooks_name', ['group_id', 'name'])
      .execute();
    await schema
      .createTable('webhook_deliveries')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('webhook_id', 'text', (column) => column.notNull().references('webhooks.id').onDelete('cascade'))
      .addColumn('event_type', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('reason_code', 'text')
      .addColumn('reason_message', 'text')
      .execute();
    await schema
      .createIndex('webhook_deliveries_webhook_id')
      .on('webhook_deliveries')
      .columns(['webhook_id', 'created_at'])
      .execute();
    await schema
      .createTable('export_promises')
      .addColumn('cluster_id', 'text', (column) =>
        column.primaryKey().notNull().references('clusters.id').onDelete('cascade'),
      )
      .addColumn('timetable', 'text', (column) => column.notNull())
      .addColumn('promised_since', 'bigint', (column) => column.notNull())
      .addColumn('overdue_since', 'bigint')
      .execute();
  },
};
