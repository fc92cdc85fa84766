import type { Caller } from '../../src/http/index.ts';
import { openSqlite, type Database, type Metastore } from '../../src/metastore/index.ts';

/** The rows of every seeded metastore: one organization with one project, which has one authorized role. */
export const ORG_ID = 'a0123456789abcdef012345a';
export const GROUP_ID = 'b0123456789abcdef012345b';
export const ROLE_ID = 'c0123456789abcdef012345c';
/** 2026-08-10T03:19:34Z */
export const START_MS = Date.UTC(2026, 7, 10, 3, 19, 34);

export const CALLER: Caller = {
  kind: 'apiKey',
  id: 'd0123456789abcdef012345d',
  publicKey: 'abcdefgh',
  orgId: ORG_ID,
  roles: [{ roleName: 'ORG_OWNER', orgId: ORG_ID }],
  accessList: [],
  accessListRequired: false,
};

/** A metastore in memory, to be closed by the test. */
export async function seededMetastore(): Promise<Metastore> {
  const metastore = await openSqlite({ path: ':memory:' });
  const { database } = metastore;
  await database.insertInto('organizations').values({ id: ORG_ID, name: 'Org', created_at: START_MS }).execute();
  await database
    .insertInto('projects')
    .values({ id: GROUP_ID, org_id: ORG_ID, name: 'Project', created_at: START_MS })
    .execute();
  await database
    .insertInto('cloud_provider_access_roles')
    .values({
      id: ROLE_ID,
      group_id: GROUP_ID,
      provider: 'AWS',
      aws_account_arn: 'arn:aws:iam::000000000000:root',
      aws_external_id: '00000000-0000-4000-8000-000000000000',
      created_at: START_MS,
      authorized_at: START_MS,
    })
    .execute();
  return metastore;
}

/** Adds the row of a cluster of the seeded project, for what refers to it. */
export async function insertCluster(
  database: Database,
  cluster: { readonly id: string; readonly name: string; readonly mongodbVersion: string },
): Promise<void> {
  await database
    .insertInto('clusters')
    .values({
      id: cluster.id,
      group_id: GROUP_ID,
      name: cluster.name,
      source_kind: 'mongodump',
      sealed_source: '',
      mongodb_version: cluster.mongodbVersion,
      created_at: START_MS,
    })
    .execute();
}
