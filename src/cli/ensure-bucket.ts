import type { JsonObject } from '../kernel/json.ts';
import type { CloudProvider } from '../object-store/addressing.ts';
import { required, type Session } from './command.ts';
import { readExportBucket, type ExportBucket } from './documents.ts';
import { findRole, listBuckets } from './find.ts';

export interface BucketOptions {
  readonly provider: CloudProvider;
  readonly serviceUrl?: string;
}

/**
 * Grants access to a bucket. The bucket that the project has under the name and with the role is taken instead, because a
 * second one would make the name ambiguous.
 */
export async function ensureBucket(
  session: Session,
  bucketName: string,
  options: BucketOptions,
): Promise<{ readonly bucket: ExportBucket; readonly isNew: boolean }> {
  const wanted = required(session.roleId, '--role', 'which role may write the bucket', { inProfile: true });
  const role = /^[0-9a-f]{24}$/.test(wanted) ? wanted : (await findRole(session, wanted)).id;
  const existing = (await listBuckets(session)).find(
    (bucket) =>
      bucket.bucketName === bucketName &&
      bucket.cloudProvider === options.provider &&
      (bucket.iamRoleId ?? bucket.roleId) === role &&
      (options.serviceUrl === undefined || bucket.serviceUrl === options.serviceUrl),
  );
  if (existing !== undefined) return { bucket: existing, isNew: false };
  const body = bodyOf(bucketName, role, options);
  const bucket = await session.client.request(readExportBucket, 'POST', session.path('/backup/exportBuckets'), body);
  return { bucket, isNew: true };
}

/** The body of the request. Atlas names the role `iamRoleId` for AWS alone. @throws AppError `MISSING_OPTION` */
function bodyOf(bucketName: string, roleId: string, { provider, serviceUrl }: BucketOptions): JsonObject {
  const names = { bucketName, cloudProvider: provider };
  switch (provider) {
    case 'AWS':
      return { ...names, iamRoleId: roleId };
    case 'AZURE':
      return { ...names, roleId, serviceUrl: required(serviceUrl, '--service-url', 'which storage account it is in') };
    case 'GCP':
      return { ...names, roleId };
  }
}
