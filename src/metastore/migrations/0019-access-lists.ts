import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the access lists of API keys and service accounts, and the settings of organizations, one of which asks for access lists. */
export const accessLists: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    await schema
      .createTable('access_list_entries')
      .addColumn('id', 'text', (column) => column.notNull().primaryKey())
      .addColumn('api_key_id', 'text', (column) => column.references('api_keys.id').onDelete('cascade'))
      .addColumn('service_account_id', 'text', (column) => column.references('service_accounts.id').onDelete('cascade'))
      .addColumn('address_block', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('use_count', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('last_used_at', 'bigint')
      .addColumn('last_used_address', 'text')
      .addUniqueConstraint('access_list_entries_of_api_key', ['api_key_id', 'address_block'])
      .addUniqueConstraint('access_list_entries_of_service_account', ['service_account_id', 'address_block'])
      .addCheckConstraint('access_list_entries_one_owner', sql`(api_key_id is null) <> (service_account_id is null)`)
      .execute();
    for (const [column, type] of [
      ['api_access_list_required', 'integer'],
      ['max_service_account_secret_hours', 'integer'],
      ['other_settings', 'text'],
    ] as const) {
      await schema.alterTable('organizations').addColumn(column, type).execute();
    }
  },
};
