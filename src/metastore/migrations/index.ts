import type { Migration } from 'kysely/migration';
import { initialSchema } from './0001-initial-schema.ts';
import { cloudProviders } from './0002-cloud-providers.ts';
import { formsOfDumps } from './0003-forms-of-dumps.ts';
import { values } from './0004-values.ts';
import { repository } from './0005-repository.ts';
import { reasonsOfWaiting } from './0006-reasons-of-waiting.ts';
import { removedClusters } from './0007-removed-clusters.ts';
import { idsOfBuckets } from './0008-ids-of-buckets.ts';
import { trialsOfRoles } from './0009-trials-of-roles.ts';
import { restoreJobs } from './0012-restore-jobs.ts';
import { drills } from './0013-drills.ts';
import { progress } from './0015-progress.ts';
import { events } from './0017-events.ts';
import { serviceAccounts } from './0018-service-accounts.ts';
import { accessLists } from './0019-access-lists.ts';
import { projectIpAccessLists } from './0020-project-ip-access-lists.ts';
import { schedules } from './0021-schedules.ts';
import { compliancePolicies } from './0022-compliance-policies.ts';
import { backupPrivateEndpoints } from './0023-backup-private-endpoints.ts';
import { addressesOfBuckets } from './0025-addresses-of-buckets.ts';
import { settingsOfProjects } from './0026-settings-of-projects.ts';
import { configurationsOfClusters } from './0027-configurations-of-clusters.ts';
import { oplogsOfRestores } from './0030-oplogs-of-restores.ts';
import { webhooks } from './0034-webhooks.ts';
import { limitsOfProjects } from './0037-limits-of-projects.ts';
import { indexesOfLists } from './0038-indexes-of-lists.ts';
import { extraRetention } from './0039-extra-retention.ts';
import { retainedBackups } from './0044-retained-backups.ts';
import { sourcesOfRestores } from './0045-sources-of-restores.ts';
import { eventsById } from './0048-events-by-id.ts';
import { serverTime } from './0050-server-time.ts';
import { claimsOfFolders } from './0051-claims-of-folders.ts';
import { shardsOfSnapshots } from './0053-shards-of-snapshots.ts';

/**
 * All migrations. They run in the order of their names. A released migration is never changed: each change is a new
 * migration. Each migration must run on SQLite and on PostgreSQL.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial-schema': initialSchema,
  '0002-cloud-providers': cloudProviders,
  '0003-forms-of-dumps': formsOfDumps,
  '0004-values': values,
  '0005-repository': repository,
  '0006-reasons-of-waiting': reasonsOfWaiting,
  '0007-removed-clusters': removedClusters,
  '0008-ids-of-buckets': idsOfBuckets,
  '0009-trials-of-roles': trialsOfRoles,
  '0012-restore-jobs': restoreJobs,
  '0013-drills': drills,
  '0015-progress': progress,
  '0017-events': events,
  '0018-service-accounts': serviceAccounts,
  '0019-access-lists': accessLists,
  '0020-project-ip-access-lists': projectIpAccessLists,
  '0021-schedules': schedules,
  '0022-compliance-policies': compliancePolicies,
  '0023-backup-private-endpoints': backupPrivateEndpoints,
  '0025-addresses-of-buckets': addressesOfBuckets,
  '0026-settings-of-projects': settingsOfProjects,
  '0027-configurations-of-clusters': configurationsOfClusters,
  '0030-oplogs-of-restores': oplogsOfRestores,
  '0034-webhooks': webhooks,
  '0037-limits-of-projects': limitsOfProjects,
  '0038-indexes-of-lists': indexesOfLists,
  '0039-extra-retention': extraRetention,
  '0044-retained-backups': retainedBackups,
  '0045-sources-of-restores': sourcesOfRestores,
  '0048-events-by-id': eventsById,
  '0050-server-time': serverTime,
  '0051-claims-of-folders': claimsOfFolders,
  '0053-shards-of-snapshots': shardsOfSnapshots,
};
