import { join } from 'node:path';
import { BUCKET_FOLDERS } from '../../app/cloud-providers.ts';
import { statOf } from '../../app/read-file.ts';
import type { ExportBucket } from '../documents.ts';

/**
 * The address of a folder in a bucket, as a restore without a server takes it: the path of a local bucket if it is in the data directory.
 * The documents of buckets do not say which buckets are directories, so those on another machine get an address of their provider.
 */
export function addressInBucket(
  { cloudProvider, bucketName = '', serviceUrl }: ExportBucket,
  folder: string,
  dataDir: string,
): string {
  const inDataDir = (...names: readonly string[]): string | undefined => {
    const path = join(dataDir, ...names, bucketName, folder);
    return statOf(path)?.isDirectory() === true ? path : undefined;
  };
  switch (cloudProvider) {
    case 'AZURE': {
      const account = accountOf(serviceUrl);
      return inDataDir(BUCKET_FOLDERS.AZURE, account) ?? `az://${account}/${bucketName}/${folder}`;
    }
    case 'GCP':
      return inDataDir(BUCKET_FOLDERS.GCP) ?? `gs://${bucketName}/${folder}`;
    default:
      return inDataDir(BUCKET_FOLDERS.AWS) ?? `s3://${bucketName}/${folder}`;
  }
}

/** `https://account.blob.core.windows.net` */
function accountOf(serviceUrl = ''): string {
  const [account = ''] = URL.canParse(serviceUrl) ? new URL(serviceUrl).hostname.split('.') : [];
  return account;
}
