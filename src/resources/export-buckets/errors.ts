import { ApiError, defineError } from '../../http/index.ts';

export const exportBucketNotFound = defineError(
  'EXPORT_BUCKET_NOT_FOUND',
  404,
  (exportBucketId: string) => `No export bucket with ID ${exportBucketId} exists.`,
);
export const exportBucketNameInvalid = defineError(
  'EXPORT_BUCKET_NAME_INVALID',
  400,
  (bucketName: string) => `The export bucket name ${bucketName} is not valid.`,
);
export const exportBucketDeleteFailed = defineError(
  'EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE',
  400,
  (exportBucketId: string) => `The export bucket ${exportBucketId} cannot be deleted while it is in use.`,
);
/** @param user what uses the bucket, as sentences. They are in the detail, because Atlas's clients show nothing else. */
export function exportBucketInUse(exportBucketId: string, user: string): ApiError {
  const { code, status, message, parameters } = exportBucketDeleteFailed(exportBucketId);
  return new ApiError({ code, status, detail: `${message} ${user}`, parameters });
}
export const exportBucketNameAmbiguous = defineError(
  'EXPORT_BUCKET_NAME_AMBIGUOUS',
  400,
  (address: string) =>
    `Several export buckets of the project may be meant by ${address}; give the id of one instead of its name.`,
);
