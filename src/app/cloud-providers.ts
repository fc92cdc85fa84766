import { join } from 'node:path';
import type { ProviderStores } from '../object-store/addressing.ts';
import type { ProviderIdentities } from '../resources/cloud-provider-access/index.ts';

/** The identities of a server whose buckets are directories. They are placeholders, because directories need no identity. */
const LOCAL_ACCOUNT_ARN = 'arn:aws:iam::000000000000:root';
const LOCAL_SERVICE_ACCOUNT = 'longshore@000000000000.iam.gserviceaccount.com';

/** Returns the configuration of each of Atlas's cloud providers on this server. Each provider has a directory of its own. */
export function cloudProviders(dataDirectory: string): ProviderIdentities & ProviderStores {
  return {
    AWS: {
      store: { kind: 'local', directory: join(dataDirectory, 'buckets') },
      accountArn: LOCAL_ACCOUNT_ARN,
      authorizeAtOnce: true,
    },
    AZURE: { store: { kind: 'local', directory: join(dataDirectory, 'azure-containers') }, authorizeAtOnce: true },
    GCP: {
      store: { kind: 'local', directory: join(dataDirectory, 'gcp-buckets') },
      gcpServiceAccountForAtlas: LOCAL_SERVICE_ACCOUNT,
      authorizeAtOnce: true,
    },
  };
}
