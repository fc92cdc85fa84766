import { join } from 'node:path';
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
  const path = join(dataDir, 'buckets', bucketName, folder);
  if (statOf(path)?.isDirectory() === true) return path;
  switch (cloudProvider) {
    case 'AZURE':
      return `az://${accountOf(serviceUrl)}/${bucketName}/${folder}`;
    case 'GCP':
      return `gs://${bucketName}/${folder}`;
    default:
      return `s3://${bucketName}/${folder}`;
  }
}

/** `https://account.blob.core.windows.net` */
function accountOf(serviceUrl = ''): string {
  const [account = ''] = URL.canParse(serviceUrl) ? new URL(serviceUrl).hostname.split('.') : [];
  return account;
}
