import { join } from 'node:path';
import type { ProviderStores } from '../object-store/addressing.ts';
import type { ProviderIdentities } from '../resources/cloud-provider-access/index.ts';
import type { Settings } from './config.ts';

/** The identities of a server whose buckets are directories. They are placeholders, because directories need no identity. */
const LOCAL_ACCOUNT_ARN = 'arn:aws:iam::000000000000:root';
const LOCAL_SERVICE_ACCOUNT = 'longshore@000000000000.iam.gserviceaccount.com';

type Providers = ProviderIdentities & ProviderStores;

/** Returns what each of Atlas's cloud providers is on this server. As directories, each provider has one of its own. */
export function cloudProviders(settings: Pick<Settings, 'aws' | 'azure' | 'gcp'>, dataDirectory: string): Providers {
  const local = (folder: string) =>
    ({ store: { kind: 'local', directory: join(dataDirectory, folder) }, authorizeAtOnce: true }) as const;
  const aws = { local: () => ({ ...local('buckets'), accountArn: LOCAL_ACCOUNT_ARN }) };
  const azure = { local: () => local('azure-containers') };
  const gcp = { local: () => ({ ...local('gcp-buckets'), gcpServiceAccountForAtlas: LOCAL_SERVICE_ACCOUNT }) };
  return { AWS: aws[settings.aws](), AZURE: azure[settings.azure](), GCP: gcp[settings.gcp]() };
}
