import { join } from 'node:path';
import type { ProviderStores } from '../object-store/addressing.ts';
import type { ProviderIdentities } from '../resources/cloud-provider-access/index.ts';

/** The account that assumes roles. It is a placeholder, because buckets are directories. */
const EMBEDDED_ACCOUNT_ARN = 'arn:aws:iam::000000000000:root';

/** Returns the configuration of each of Atlas's cloud providers on this server. An absent provider is refused. */
export function cloudProviders(dataDirectory: string): ProviderIdentities & ProviderStores {
  return {
    AWS: {
      store: { kind: 'local', directory: join(dataDirectory, 'buckets') },
      accountArn: EMBEDDED_ACCOUNT_ARN,
      authorizeAtOnce: true,
    },
  };
}
