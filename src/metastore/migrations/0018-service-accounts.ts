import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds service accounts with their roles, secrets and tokens. A token ends with its secret, and a secret with its account. */
export const serviceAccounts: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    await schema
      .createTable('service_accounts')
      .addColumn('id', 'text', (column) => column.notNull().primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull().references('organizations.id').onDelete('cascade'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('service_accounts_org_id').on('service_accounts').column('org_id').execute();
    await schema
      .createTable('service_account_roles')
      .addColumn('service_account_id', 'text', (column) =>
        column.notNull().references('service_accounts.id').onDelete('cascade'),
      )
      .addColumn('org_id', 'text', (column) => column.references('organizations.id').onDelete('cascade'))
      .addColumn('group_id', 'text', (column) => column.references('projects.id').onDelete('cascade'))
      .addColumn('role_name', 'text', (column) => column.notNull())
      .addUniqueConstraint('service_account_roles_of_organization', ['service_account_id', 'org_id', 'role_name'])
      .addUniqueConstraint('service_account_roles_of_project', ['service_account_id', 'group_id', 'role_name'])
      .execute();
    await schema.createIndex('service_account_roles_group_id').on('service_account_roles').column('group_id').execute();
    await schema.createIndex('service_account_roles_org_id').on('service_account_roles').column('org_id').execute();
    await schema
      .createTable('service_account_secrets')
      .addColumn('id', 'text', (column) => column.notNull().primaryKey())
      .addColumn('service_account_id', 'text', (column) =>
        column.notNull().references('service_accounts.id').onDelete('cascade'),
      )
      .addColumn('secret_hash', 'text', (column) => column.notNull())
      .addColumn('secret_suffix', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint')
      .execute();
    await schema
      .createIndex('service_account_secrets_service_account_id')
      .on('service_account_secrets')
      .column('service_account_id')
      .execute();
    await schema
      .createTable('service_account_tokens')
      .addColumn('token_hash', 'text', (column) => column.notNull().primaryKey())
      .addColumn('secret_id', 'text', (column) =>
        column.notNull().references('service_account_secrets.id').onDelete('cascade'),
      )
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('service_account_tokens_secret_id')
      .on('service_account_tokens')
      .column('secret_id')
      .execute();
    await schema
      .createIndex('service_account_tokens_expires_at')
      .on('service_account_tokens')
      .column('expires_at')
      .execute();
  },
};
