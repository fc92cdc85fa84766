import { join } from 'node:path';
import type { ProviderStores } from '../object-store/addressing.ts';
import type { ProviderIdentities } from '../resources/cloud-provider-access/index.ts';

/** Whose account it is that assumes roles: nobody's, where buckets are directories. */
const EMBEDDED_ACCOUNT_ARN = 'arn:aws:iam::000000000000:root';

/** What each of Atlas's cloud providers is on this server. One that is absent is refused. */
export function cloudProviders(dataDirectory: string): ProviderIdentities & ProviderStores {
  return {
    AWS: {
      store: { kind: 'local', directory: join(dataDirectory, 'buckets') },
      accountArn: EMBEDDED_ACCOUNT_ARN,
      authorizeAtOnce: true,
    },
  };
}
