import type { CloudProvider } from '../../object-store/addressing.ts';

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

const S3_LABELS = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])$/;
const S3_RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const S3_RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

const CONTAINER_LABELS = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

const GCS_LABELS = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])$/;

/** Whether the provider accepts the name for a bucket. Such a name is also safe as one part of a path. */
export function isBucketName(provider: CloudProvider, text: string): boolean {
  return text.length >= 3 && text.length <= 63 && RULES[provider](text);
}

const RULES: Readonly<Record<CloudProvider, (text: string) => boolean>> = {
  /**
   * A general purpose bucket of Amazon S3.
   * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   */
  AWS: (text) =>
    S3_LABELS.test(text) &&
    !text.includes('..') &&
    !IPV4.test(text) &&
    !S3_RESERVED_PREFIXES.some((prefix) => text.startsWith(prefix)) &&
    !S3_RESERVED_SUFFIXES.some((suffix) => text.endsWith(suffix)),

  /**
   * A blob container.
   * Source: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
   */
  AZURE: (text) => CONTAINER_LABELS.test(text),

  /**
   * A bucket of Google Cloud Storage. Google allows longer names with dots, but Atlas allows 63 characters.
   * Source: https://cloud.google.com/storage/docs/buckets#naming
   */
  GCP: (text) =>
    GCS_LABELS.test(text) &&
    !text.includes('..') &&
    !IPV4.test(text) &&
    !text.startsWith('goog') &&
    !text.includes('google'),
};
