import { join, resolve, sep } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import { isDomain, permittingEntry, type HostList } from '../kernel/host-list.ts';
import type { IamRole, S3ObjectSettings, S3StoreConfig, StoreConfig } from './contract.ts';

/** The cloud providers that Atlas exports to, with Atlas's names. */
export const CLOUD_PROVIDERS = ['AWS', 'AZURE', 'GCP'] as const;
export type CloudProvider = (typeof CLOUD_PROVIDERS)[number];

export function isCloudProvider(text: string): text is CloudProvider {
  return CLOUD_PROVIDERS.some((provider) => provider === text);
}

/** A bucket with its provider's name, and the role that may write it; no role: this process's own rights. */
export type BucketAddress =
  | {
      readonly provider: 'AWS';
      readonly bucketName: string;
      readonly role?: { readonly externalId: string; readonly iamAssumedRoleArn: string | undefined };
    }
  | {
      readonly provider: 'AZURE';
      /** The URL in the tenant's spelling: `https://<account>.blob.core.windows.net`. */
      readonly serviceUrl: string;
      /** The name of the container. */
      readonly bucketName: string;
      readonly role?: { readonly servicePrincipalId: string; readonly tenantId: string };
    }
  | {
      readonly provider: 'GCP';
      readonly bucketName: string;
      readonly role?: { readonly gcpServiceAccountForAtlas: string };
    };

/** A provider whose buckets are subdirectories of one directory. */
export interface LocalProviderStore {
  readonly kind: 'local';
  readonly directory: string;
}

/** A store with the API of S3. */
export interface S3ProviderStore extends Pick<S3StoreConfig, 'kind' | 'region' | 'addressing' | 'checksum'> {
  readonly endpoint: string | undefined;
  /** True: a bucket is written through an IAM role of its owner, in the bucket's own region. False: with this process's own credentials. */
  readonly assumesRoles: boolean;
  /** What the operator wants of the objects of each bucket, by the bucket's name; `*` is for all buckets without an entry. */
  readonly buckets: ReadonlyMap<string, S3ObjectSettings>;
}

/** Azure Blob Storage. */
export interface AzureProviderStore {
  readonly kind: 'azure';
  /** An account that is reached at this URL, with this key. */
  readonly account: { readonly account: string; readonly key: string; readonly serviceUrl: string } | undefined;
}

/** Google Cloud Storage, or an emulator of it. */
export interface GcsProviderStore {
  readonly kind: 'gcs';
  readonly endpoint: string | undefined;
}

/** What each provider is on this server, and how its buckets are reached. */
export interface ProviderStores {
  readonly AWS: { readonly store: LocalProviderStore | S3ProviderStore };
  readonly AZURE: {
    readonly store: LocalProviderStore | AzureProviderStore;
    /** The hosts of the storage accounts that users may name. */
    readonly hosts: HostList;
  };
  readonly GCP: { readonly store: LocalProviderStore | GcsProviderStore };
}

/**
 * Returns the store configuration of a bucket.
 * @param address its bucket name must be a safe part of a path.
 * @throws AppError `INVALID_SERVICE_URL`, `AZURE_HOST_NOT_PERMITTED`
 */
export function storeConfigOf(address: BucketAddress, providers: ProviderStores): StoreConfig {
  const { bucketName } = address;
  switch (address.provider) {
    case 'AWS':
      return s3BucketIn(providers.AWS.store, address);
    case 'AZURE':
      return containerIn(providers.AZURE, address);
    case 'GCP':
      return bucketIn(providers.GCP.store, bucketName);
  }
}

/** Returns the directory of a bucket; undefined if the store of its provider is no directory. */
export function directoryOf(address: BucketAddress, providers: ProviderStores): string | undefined {
  if (providers[address.provider].store.kind !== 'local') return undefined;
  const config = storeConfigOf(address, providers);
  return config.kind === 'local' ? config.directory : undefined;
}

function bucketIn(store: LocalProviderStore | GcsProviderStore, bucket: string): StoreConfig {
  if (store.kind === 'local') return directoryIn(store, bucket);
  return { kind: 'gcs', bucket, ...(store.endpoint !== undefined && { endpoint: store.endpoint }) };
}

function s3BucketIn(
  store: LocalProviderStore | S3ProviderStore,
  { bucketName: bucket, role }: Omit<BucketAddress & { readonly provider: 'AWS' }, 'provider'>,
): StoreConfig {
  if (store.kind === 'local') return directoryIn(store, bucket);
  const { endpoint, buckets, assumesRoles, ...connection } = store;
  return {
    ...connection,
    bucket,
    asksRegion: assumesRoles,
    ...(assumesRoles && { role: assumed(role) }),
    objects: buckets.get(bucket) ?? buckets.get('*') ?? {},
    ...(endpoint !== undefined && { endpoint }),
  };
}

/** A role may have been authorized without an IAM role while AWS was something else on this server. @throws AppError `IAM_ROLE_MISSING` */
function assumed(role: (BucketAddress & { readonly provider: 'AWS' })['role']): IamRole {
  if (role?.iamAssumedRoleArn !== undefined) return { arn: role.iamAssumedRoleArn, externalId: role.externalId };
  throw new AppError({
    code: 'IAM_ROLE_MISSING',
    message: 'the cloud provider access role has no IAM role',
    hint: 'Create a cloud provider access role, authorize it with the ARN of an IAM role, and register the bucket with it.',
  });
}

function directoryIn({ kind, directory }: LocalProviderStore, ...folders: string[]): StoreConfig {
  return { kind, directory: join(directory, ...folders) };
}

/** The URL comes from a user, and a request to it carries a token, so the operator's list decides where it may lead. */
function containerIn(
  { store, hosts }: ProviderStores['AZURE'],
  { serviceUrl, bucketName: container, role }: BucketAddress & { readonly provider: 'AZURE' },
): StoreConfig {
  const { host, account } = storageAccountOf(serviceUrl);
  const entry = permittingEntry(host, hosts);
  if (entry === undefined) throw hostNotPermitted(host);
  if (store.kind === 'local') return directoryIn(store, account, container);
  if (store.account?.account === account) {
    const { key, serviceUrl: ownUrl } = store.account;
    return { kind: 'azure', serviceUrl: ownUrl, container, accountKey: { account, key }, privateAddresses: true };
  }
  return {
    kind: 'azure',
    serviceUrl: `https://${host}`,
    container,
    ...(role && { tenantId: role.tenantId }),
    privateAddresses: !isDomain(entry),
  };
}

/** The first label of the host is the name of the storage account. */
const SERVICE_URL = /^https:\/\/(([a-z0-9]{3,24})(?:\.[a-z0-9-]+)+(?::\d{1,5})?)\/?$/i;

/** @throws AppError `INVALID_SERVICE_URL` */
export function storageAccountOf(serviceUrl: string): { readonly host: string; readonly account: string } {
  const [, host, account] = SERVICE_URL.exec(serviceUrl) ?? [];
  if (host !== undefined && account !== undefined) return { host, account: account.toLowerCase() };
  throw new AppError({
    code: 'INVALID_SERVICE_URL',
    message: `${JSON.stringify(serviceUrl)} is not the URL of an Azure storage account`,
    hint: 'Give the URL as https://<account>.blob.core.windows.net.',
  });
}

function hostNotPermitted(host: string): AppError {
  return new AppError({
    code: 'AZURE_HOST_NOT_PERMITTED',
    message: `buckets may not be in a storage account at ${host}; the server's option --azure-hosts says where`,
    hint: 'Start the server with --azure-hosts and the hosts of your storage accounts.',
  });
}

/** A store, and the prefix of the addressed keys. The prefix is empty or ends with a slash. */
export interface StoreAddress {
  readonly config: StoreConfig;
  readonly prefix: string;
}

/** What the operator or the caller configured for the clouds. */
export interface CloudSettings {
  readonly s3: S3ProviderStore;
  readonly azureAccount: AzureProviderStore['account'];
  readonly gcsEndpoint: GcsProviderStore['endpoint'];
}

/** The forms of an address after its scheme, as configuration and path in the bucket. */
const SCHEMES: Readonly<
  Record<
    string,
    (parts: readonly string[], clouds: CloudSettings) => readonly [StoreConfig, readonly string[]] | undefined
  >
> = {
  az: ([account, container, ...folders], { azureAccount }) => {
    if (account === undefined || container === undefined) return undefined;
    const serviceUrl = `https://${account.includes('.') ? account : `${account}.blob.core.windows.net`}`;
    // The user of the command names the host, and not a tenant of the server.
    const store = { kind: 'azure', account: azureAccount } as const;
    const hosts = [storageAccountOf(serviceUrl).host];
    return [containerIn({ store, hosts }, { provider: 'AZURE', serviceUrl, bucketName: container }), folders];
  },
  s3: ([bucket, ...folders], { s3 }) =>
    bucket === undefined ? undefined : [s3BucketIn(s3, { bucketName: bucket }), folders],
  gs: ([bucket, ...folders], { gcsEndpoint }) =>
    bucket === undefined ? undefined : [bucketIn({ kind: 'gcs', endpoint: gcsEndpoint }, bucket), folders],
};

const ADDRESS = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is;

/**
 * Parses a user's address of a bucket, or of a folder in a bucket: the path of a directory, `s3://<bucket>/<folder>`,
 * `az://<account>/<container>/<folder>` or `gs://<bucket>/<folder>`.
 * @param topFolder the first folder of all keys of a bucket. Without a folder, an address means that folder. The bucket of a path
 * ends before the last folder of that name; if the path has no such folder, the whole path is the bucket.
 * @throws AppError `INVALID_STORE_ADDRESS`, `INVALID_SERVICE_URL`
 */
export function parseStoreAddress(text: string, topFolder: string, clouds: CloudSettings): StoreAddress {
  const [, scheme, rest] = ADDRESS.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return parsePath(text, topFolder);
  const found = SCHEMES[scheme.toLowerCase()]?.(
    rest.split('/').filter((part) => part !== ''),
    clouds,
  );
  if (found === undefined) {
    throw new AppError({
      code: 'INVALID_STORE_ADDRESS',
      message: `${JSON.stringify(text)} is not the address of a bucket`,
      hint: 'Name a directory, such as ./longshore-data/buckets/example-bucket, s3://bucket, az://account/container, or gs://bucket.',
    });
  }
  const [config, folders] = found;
  return { config, prefix: `${folders.length === 0 ? topFolder : folders.join('/')}/` };
}

function parsePath(text: string, topFolder: string): StoreAddress {
  const parts = resolve(text).split(sep);
  const at = parts.lastIndexOf(topFolder);
  const bucket = at < 0 ? parts : parts.slice(0, at);
  const folders = at < 0 ? [topFolder] : parts.slice(at);
  return { config: { kind: 'local', directory: bucket.join(sep) || sep }, prefix: `${folders.join('/')}/` };
}
