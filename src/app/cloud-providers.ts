import { join } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import type { ProviderStores, S3ProviderStore } from '../object-store/addressing.ts';
import { openAwsIdentity } from '../object-store/all.ts';
import type { ProviderIdentities } from '../resources/cloud-provider-access/index.ts';
import type { Settings } from './config.ts';
import { readS3Buckets } from './s3-buckets.ts';

/** The folders of the data directory whose folders are buckets. */
export const BUCKET_FOLDERS = { AWS: 'buckets', AZURE: 'azure-containers', GCP: 'gcp-buckets' } as const;
export const bucketFolders: readonly string[] = Object.values(BUCKET_FOLDERS);

/** The identities of a server that needs none, because its buckets are directories or it has credentials of its own. They are placeholders. */
const LOCAL_ACCOUNT_ARN = 'arn:aws:iam::000000000000:root';
const LOCAL_SERVICE_ACCOUNT = 'longshore@000000000000.iam.gserviceaccount.com';

type Providers = ProviderIdentities & ProviderStores;

type ProviderSettings = Pick<
  Settings,
  | 'aws'
  | 'azure'
  | 'gcp'
  | 's3Endpoint'
  | 's3Region'
  | 's3Addressing'
  | 's3Checksum'
  | 's3Buckets'
  | 'azureHosts'
  | 'azureConnectionString'
  | 'gcpServiceAccount'
  | 'gcsEmulator'
>;

/**
 * Returns what each of Atlas's cloud providers is on this server. As directories, each provider has one of its own.
 * With `--aws aws` it asks STS for the account, because roles show it.
 * @throws AppError `MISSING_OPTION`, `INVALID_S3_BUCKETS`, and what STS refuses.
 */
export async function cloudProviders(settings: ProviderSettings, dataDirectory: string): Promise<Providers> {
  // A role of Azure or Google Cloud needs no authorization, because the test object of a bucket shows whether the role works.
  const authorizeAtOnce = true;
  const local = (folder: string) =>
    ({ kind: 'local', store: { kind: 'local', directory: join(dataDirectory, folder) }, authorizeAtOnce }) as const;
  const aws = {
    local: () => ({ ...local(BUCKET_FOLDERS.AWS), accountArn: LOCAL_ACCOUNT_ARN }),
    aws: async () => ({
      kind: 'aws' as const,
      store: { ...s3Store(settings), assumesRoles: true },
      ...(await openAwsIdentity(settings.s3Region)),
      authorizeAtOnce: false,
    }),
    // The server writes with its own credentials, so a role has nothing to be authorized for.
    s3: () => ({ kind: 's3' as const, store: s3Store(settings), accountArn: LOCAL_ACCOUNT_ARN, authorizeAtOnce }),
  };
  const { azureHosts: hosts, azureConnectionString: account, gcsEmulator: endpoint } = settings;
  const azure = {
    local: () => ({ ...local(BUCKET_FOLDERS.AZURE), hosts }),
    azure: () => ({ kind: 'azure', store: { kind: 'azure', account }, hosts, authorizeAtOnce }) as const,
  };
  const gcp = {
    local: () => ({ ...local(BUCKET_FOLDERS.GCP), gcpServiceAccountForAtlas: LOCAL_SERVICE_ACCOUNT }),
    gcs: () =>
      ({
        kind: 'gcs',
        store: { kind: 'gcs', endpoint },
        authorizeAtOnce,
        gcpServiceAccountForAtlas: settings.gcpServiceAccount ?? emulatedServiceAccount(endpoint),
      }) as const,
  };
  return { AWS: await aws[settings.aws](), AZURE: azure[settings.azure](), GCP: gcp[settings.gcp]() };
}

/** Returns the store that the options of S3 name. @throws AppError `INVALID_S3_BUCKETS` */
export function s3Store(
  settings: Pick<Settings, 's3Endpoint' | 's3Region' | 's3Addressing' | 's3Checksum' | 's3Buckets'>,
): S3ProviderStore {
  const { s3Endpoint, s3Region, s3Addressing, s3Checksum, s3Buckets } = settings;
  return {
    kind: 's3',
    assumesRoles: false,
    endpoint: s3Endpoint,
    region: s3Region,
    addressing: s3Addressing,
    checksum: s3Checksum,
    buckets: s3Buckets === undefined ? new Map() : readS3Buckets(s3Buckets),
  };
}

/** An emulator has no service accounts. @throws AppError `MISSING_OPTION` if the service is Google's. */
function emulatedServiceAccount(emulator: string | undefined): string {
  if (emulator !== undefined) return LOCAL_SERVICE_ACCOUNT;
  throw new AppError({
    code: 'MISSING_OPTION',
    message: 'with --gcp gcs the server needs --gcp-service-account, because the roles of its users show that account',
    hint: 'Name the service account that the server runs as, such as longshore@project.iam.gserviceaccount.com.',
  });
}
