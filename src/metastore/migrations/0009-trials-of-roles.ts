import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the result of the trial whether an IAM role can be assumed with a wrong ExternalId. */
export const trialsOfRoles: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .alterTable('cloud_provider_access_roles')
      .addColumn('aws_takes_any_external_id', 'integer')
      .execute();
  },
};
