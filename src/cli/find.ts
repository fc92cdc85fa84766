import type { Session } from './command.ts';
import {
  readCluster,
  readExportBucket,
  readExportJob,
  readKey,
  readRoles,
  readSnapshot,
  type ExportBucket,
  type ExportJob,
  type Key,
  type Snapshot,
} from './documents.ts';
import { readDrill, type Drill } from './drill/documents.ts';
import { choose } from './lookup.ts';
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

/** @param only limits what `latest` means. */
export async function findSnapshot(
  { client, extensionPath }: Session,
  { name, backup }: FoundCluster,
  wanted: string,
  only?: 'completed',
): Promise<Snapshot> {
  return choose(await client.list(readSnapshot, extensionPath(`${backup}/snapshots`)), wanted, {
    noun: 'snapshot',
    place: `of ${name}`,
    idOf: ({ id }) => id,
    namesOf: () => [],
    latest: (snapshots) => snapshots.find(({ status }) => only === undefined || status === only),
    ...(only !== undefined && { latestNoun: `${only} snapshot` }),
  });
}

/** `latest` is the newest export, in whatever state. */
export async function findExport(
  { client, extensionPath }: Session,
  { name, backup }: FoundCluster,
  wanted: string,
): Promise<ExportJob> {
  return choose(await client.list(readExportJob, extensionPath(`${backup}/exports`)), wanted, {
    noun: 'export',
    place: `of ${name}`,
    idOf: ({ id }) => id,
    namesOf: () => [],
    latest: ([newest]) => newest,
  });
}

/** `latest` is the newest drill, in whatever state. */
export async function findDrill(
  { client, extensionPath }: Session,
  { name, backup }: FoundCluster,
  wanted: string,
): Promise<Drill> {
  return choose(await client.list(readDrill, extensionPath(`${backup}/drills`)), wanted, {
    noun: 'drill',
    place: `of ${name}`,
    idOf: ({ id }) => id,
    namesOf: () => [],
    latest: ([newest]) => newest,
  });
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
