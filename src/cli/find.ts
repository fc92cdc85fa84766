import type { Session } from './command.ts';
import {
  readCluster,
  readExportBucket,
  readExportJob,
  readKey,
  readRestoreJob,
  readRoles,
  readSnapshot,
  type ExportBucket,
  type ExportJob,
  type Key,
  type RestoreJob,
  type Snapshot,
} from './documents.ts';
import { readDrill, type Drill } from './drill/documents.ts';
import { choose, type Kind } from './lookup.ts';
import { readWebhook, type Webhook } from './webhook-documents.ts';

// Each function takes what the user typed: a name, `latest` where it has a meaning, an id, or a unique beginning of one.

const OF_PROJECT = 'of the project';

/** A cluster of the project, with the path of its backups in the extension API and in Atlas's. */
export interface FoundCluster {
  readonly id: string;
  readonly name: string;
  readonly backup: string;
}

export async function findCluster({ client, path }: Session, wanted: string): Promise<FoundCluster> {
  const { id, name } = choose(await client.list(readCluster, path('/clusters')), wanted, {
    noun: 'cluster',
    place: OF_PROJECT,
    idOf: (cluster) => cluster.id,
    namesOf: (cluster) => [cluster.name],
  });
  return { id, name, backup: backupPath(name) };
}

/** `FoundCluster.backup` of a cluster whose name is known. */
export function backupPath(clusterName: string): string {
  return `/clusters/${encodeURIComponent(clusterName)}/backup`;
}

/** What a cluster has many of, without names, in lists with the newest first. `latest` is the newest one, in whatever state. */
function kindOfCluster<Item extends { readonly id: string }>(noun: string, clusterName: string): Kind<Item> {
  return {
    noun,
    place: `of ${clusterName}`,
    idOf: ({ id }) => id,
    namesOf: () => [],
    latest: ([newest]) => newest,
  };
}

/** @param only limits what `latest` means. */
export async function findSnapshot(
  { client, extensionPath }: Session,
  { name, backup }: FoundCluster,
  wanted: string,
  only?: 'completed',
): Promise<Snapshot> {
  return choose(await client.list(readSnapshot, extensionPath(`${backup}/snapshots`)), wanted, {
    ...kindOfCluster<Snapshot>('snapshot', name),
    latest: (snapshots) => snapshots.find(({ status }) => only === undefined || status === only),
    ...(only !== undefined && { latestNoun: `${only} snapshot` }),
  });
}

export async function findExport(
  { client, extensionPath }: Session,
  { name, backup }: FoundCluster,
  wanted: string,
): Promise<ExportJob> {
  const exports = await client.list(readExportJob, extensionPath(`${backup}/exports`));
  return choose(exports, wanted, kindOfCluster('export', name));
}

export async function findRestoreJob(
  { client, extensionPath }: Session,
  { name, backup }: FoundCluster,
  wanted: string,
): Promise<RestoreJob> {
  const jobs = await client.list(readRestoreJob, extensionPath(`${backup}/restoreJobs`));
  return choose(jobs, wanted, { ...kindOfCluster('restore job', name), maker: 'restore' });
}

export async function findDrill(
  { client, extensionPath }: Session,
  { name, backup }: FoundCluster,
  wanted: string,
): Promise<Drill> {
  const drills = await client.list(readDrill, extensionPath(`${backup}/drills`));
  return choose(drills, wanted, kindOfCluster('drill', name));
}

export async function findBucket(session: Session, wanted: string): Promise<ExportBucket> {
  return choose(await listBuckets(session), wanted, {
    noun: 'bucket',
    place: OF_PROJECT,
    idOf: ({ _id }) => _id,
    namesOf: ({ bucketName }) => (bucketName === undefined ? [] : [bucketName]),
  });
}

export async function listBuckets({ client, path }: Session): Promise<readonly ExportBucket[]> {
  return await client.list(readExportBucket, path('/backup/exportBuckets'));
}

/** The name of a bucket; its id if it is not there any more. */
export function nameOfBucket(buckets: readonly ExportBucket[], id: string): string {
  return buckets.find(({ _id }) => _id === id)?.bucketName ?? id;
}

/** A role of any provider. */
export interface FoundRole {
  readonly id: string;
  readonly provider: 'AWS' | 'AZURE' | 'GCP';
}

/** The name of a role is what it stands for at its provider: an ARN, a service principal, a service account. */
export async function findRole({ client, path }: Session, wanted: string): Promise<FoundRole> {
  const { awsIamRoles, azureServicePrincipals, gcpServiceAccounts } = await client.request(
    readRoles,
    'GET',
    path('/cloudProviderAccess'),
  );
  const role = (id: string, provider: FoundRole['provider'], name: string | null) => ({ id, provider, name });
  const roles = [
    ...awsIamRoles.map(({ roleId, iamAssumedRoleArn }) => role(roleId, 'AWS', iamAssumedRoleArn)),
    ...azureServicePrincipals.map(({ _id, servicePrincipalId }) => role(_id, 'AZURE', servicePrincipalId)),
    ...gcpServiceAccounts.map(({ roleId, gcpServiceAccountForAtlas }) =>
      role(roleId, 'GCP', gcpServiceAccountForAtlas),
    ),
  ];
  return choose(roles, wanted, {
    noun: 'role',
    place: OF_PROJECT,
    idOf: ({ id }) => id,
    namesOf: ({ name }) => (name === null ? [] : [name]),
  });
}

/** The names of an API key are its public part and its description. */
export async function findKey({ client, path }: Session, wanted: string): Promise<Key> {
  return choose(await client.list(readKey, path('/apiKeys')), wanted, {
    noun: 'API key',
    place: OF_PROJECT,
    idOf: ({ id }) => id,
    namesOf: ({ desc, publicKey }) => [desc, publicKey],
  });
}

export async function findWebhook({ client, extensionPath }: Session, wanted: string): Promise<Webhook> {
  return choose(await client.list(readWebhook, extensionPath('/webhooks')), wanted, {
    noun: 'webhook',
    place: OF_PROJECT,
    idOf: ({ id }) => id,
    namesOf: ({ name }) => [name],
  });
}
