import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { S3ObjectSettings } from '../contract.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns the parameters of a put that follow from what the operator wants of every object. @param now in milliseconds. */
export function putParameters(settings: S3ObjectSettings, now: number): Partial<PutObjectCommandInput> {
  const { serverSideEncryption, kmsKeyId, storageClass, retention, tags } = settings;
  return {
    ServerSideEncryption: serverSideEncryption,
    SSEKMSKeyId: kmsKeyId,
    // The SDK lists the storage classes of Amazon S3, and compatible stores have others.
    StorageClass: storageClass as PutObjectCommandInput['StorageClass'],
    ...(retention && {
      ObjectLockMode: retention.mode,
      ObjectLockRetainUntilDate: new Date(now + retention.days * DAY_MS),
    }),
    Tagging: tags && new URLSearchParams(tags).toString(),
  };
}
