import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { storageAccountOf, type CloudProvider } from '../../object-store/addressing.ts';
import { EXPORTS_FOLDER } from '../../pipelines/export/index.ts';
import { exportBucketNameAmbiguous } from './errors.ts';
import type { ExportBucket, ProviderBucket } from './model.ts';

/** A folder of a registered bucket. */
export interface BucketPlace {
  readonly bucket: ExportBucket;
  /** With a slash at its end. */
  readonly place: string;
}

const ADDRESS = /^(s3|az|gs):\/\/(.*)$/is;
const PROVIDERS: ReadonlyMap<string, CloudProvider> = new Map([
  ['s3', 'AWS'],
  ['az', 'AZURE'],
  ['gs', 'GCP'],
]);

/**
 * Finds the folder of a registered bucket that an address means: `s3://bucket/folder`, `az://account/container/folder`,
 * `gs://bucket/folder`, the name or the id of a bucket with a folder, or a path in the directory of a bucket. Without a folder, it is
 * the folder of all exports. A bucket that is registered with several roles is that of the newest registration.
 * @param buckets of the project, oldest first.
 * @param directoryOf returns the directory of a bucket that is one.
 * @returns undefined if the project has no such bucket.
 * @throws ApiError `EXPORT_BUCKET_NAME_AMBIGUOUS`
 */
export async function placeAt(
  address: string,
  buckets: readonly ExportBucket[],
  directoryOf: (bucket: ProviderBucket) => string | undefined,
): Promise<BucketPlace | undefined> {
  const places = isAbsolute(address)
    ? await placesAtPath(address, buckets, directoryOf)
    : placesOfAddress(address, buckets);
  const distinct = new Map(places.map((place) => [identityOf(place.bucket), place]));
  if (distinct.size > 1) throw exportBucketNameAmbiguous(address);
  return [...distinct.values()][0];
}

function identityOf(bucket: ProviderBucket): string {
  const { provider, bucketName } = bucket;
  return JSON.stringify([provider, bucketName, provider === 'AZURE' && storageAccountOf(bucket.serviceUrl).host]);
}

function placesOfAddress(address: string, buckets: readonly ExportBucket[]): readonly BucketPlace[] {
  const [, scheme, rest = address] = ADDRESS.exec(address) ?? [];
  const parts = rest.split('/').filter((part) => part !== '');
  return buckets.flatMap((bucket) => {
    const length = lengthOfBucket(scheme, parts, bucket);
    return length === 0 ? [] : [{ bucket, place: placeOf(parts.slice(length)) }];
  });
}

/** The number of parts of an address that name the bucket; 0 if they name another one. */
function lengthOfBucket(
  scheme: string | undefined,
  [first = '', second = '']: readonly string[],
  bucket: ExportBucket,
): number {
  if (scheme === undefined) return first === bucket.bucketName || first === bucket.id ? 1 : 0;
  if (PROVIDERS.get(scheme.toLowerCase()) !== bucket.provider) return 0;
  if (bucket.provider !== 'AZURE') return first === bucket.bucketName ? 1 : 0;
  return isAccount(first, bucket.serviceUrl) && second === bucket.bucketName ? 2 : 0;
}

/** @param text the name of a storage account, or its host. */
function isAccount(text: string, serviceUrl: string): boolean {
  const { host, account } = storageAccountOf(serviceUrl);
  return [host.toLowerCase(), account].includes(text.toLowerCase());
}

function placeOf(folders: readonly string[]): string {
  return `${folders.length === 0 ? EXPORTS_FOLDER : folders.join('/')}/`;
}

async function placesAtPath(
  path: string,
  buckets: readonly ExportBucket[],
  directoryOf: (bucket: ProviderBucket) => string | undefined,
): Promise<readonly BucketPlace[]> {
  const real = await realPath(path);
  const found: BucketPlace[] = [];
  for (const bucket of buckets) {
    const directory = directoryOf(bucket);
    if (directory === undefined) continue;
    const folders = relative(await realPath(directory), real).split(sep);
    if (folders[0] === '..' || isAbsolute(folders.join(sep))) continue;
    found.push({ bucket, place: placeOf(folders.filter((folder) => folder !== '')) });
  }
  return found;
}

/** Links are followed, because the bucket may be reached by several paths. */
async function realPath(path: string): Promise<string> {
  return await realpath(path).catch(() => resolve(path));
}
