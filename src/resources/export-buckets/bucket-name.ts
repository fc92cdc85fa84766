const LABELS = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/**
 * Whether S3 would take the name for a general purpose bucket. Such a name is also safe as one part of a path.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function isBucketName(text: string): boolean {
  return (
    text.length >= 3 &&
    text.length <= 63 &&
    LABELS.test(text) &&
    !text.includes('..') &&
    !IPV4.test(text) &&
    !RESERVED_PREFIXES.some((prefix) => text.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => text.endsWith(suffix))
  );
}
