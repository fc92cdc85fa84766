import { S3ServiceException } from '@aws-sdk/client-s3';
import { AppError } from '../../kernel/errors.ts';
import { knownFailure, objectNotFound, type KnownFailure, type StoreOperation } from '../errors.ts';
import {
  answered,
  ARRIVED_DAMAGED,
  busy,
  connectionLost,
  NO_BUCKET,
  TOO_LARGE,
  unanswered,
  UNAUTHENTICATED,
} from '../service/failures.ts';

const FORBIDDEN: KnownFailure = {
  code: 'OBJECT_STORE_FORBIDDEN',
  reason: 'the service does not permit it',
  hint: 'Allow what the request needs, and check that no policy of the bucket denies it.',
  transient: false,
};
/** Transient, because the next try gets new credentials or corrects the time of the signature. */
const EXPIRED: KnownFailure = {
  code: 'OBJECT_STORE_EXPIRED',
  reason: 'the credentials have expired, or the clocks differ',
  hint: "Renew the credentials in the environment of Longshore, and check the machine's clock.",
  transient: true,
};
const WRONG_REGION: KnownFailure = {
  code: 'OBJECT_STORE_WRONG_REGION',
  reason: 'the bucket is in another region',
  hint: 'Set --s3-region to the region of the bucket.',
  transient: false,
};
const FULL: KnownFailure = {
  code: 'OBJECT_STORE_FULL',
  reason: 'the space or quota of the store is used up',
  hint: 'Free space or have the quota raised. The work continues at the next attempt.',
  transient: true,
};
const NOT_IMPLEMENTED: KnownFailure = {
  code: 'OBJECT_STORE_UNSUPPORTED',
  reason: 'the store does not know a feature that the request uses',
  hint: 'Try --s3-checksum md5, and take out of the file of --s3-buckets what the store does not have.',
  transient: false,
};
const NO_KEY: KnownFailure = {
  code: 'OBJECT_STORE_KMS_KEY',
  reason: 'the KMS key cannot be used',
  hint: 'Enable the key, and allow the identity that writes kms:GenerateDataKey and kms:Decrypt on it.',
  transient: false,
};
const NO_CREDENTIALS: KnownFailure = {
  code: 'OBJECT_STORE_NO_CREDENTIALS',
  reason: 'Longshore found no AWS credentials',
  hint:
    'Give Longshore credentials in its environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), in a file ' +
    '(AWS_SHARED_CREDENTIALS_FILE), by web identity (AWS_WEB_IDENTITY_TOKEN_FILE), or those of the instance.',
  transient: false,
};
const ROLE_REFUSED: KnownFailure = {
  code: 'OBJECT_STORE_ROLE_REFUSED',
  reason: 'the IAM role cannot be assumed (sts:AssumeRole)',
  hint: "Let the role's trust policy name the account and the ExternalId of the cloud provider access role.",
  transient: false,
};

/**
 * The error codes of S3 and STS that say more than their HTTP status.
 * Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html; names that begin with XMinio are MinIO's.
 */
const KNOWN: Readonly<Record<string, KnownFailure>> = {
  AccessDenied: FORBIDDEN,
  AccessDeniedException: FORBIDDEN,
  AccountProblem: FORBIDDEN,
  AllAccessDisabled: FORBIDDEN,
  InvalidObjectState: FORBIDDEN,
  MethodNotAllowed: FORBIDDEN,
  ObjectLocked: FORBIDDEN,
  Forbidden: FORBIDDEN,
  SlowDown: busy('the service is busy'),
  SlowDownRead: busy('the service is busy'),
  SlowDownWrite: busy('the service is busy'),
  ServiceUnavailable: busy('the service is busy'),
  InternalError: busy('the service had an internal error'),
  RequestTimeout: busy('the request was too slow'),
  Throttling: busy('the service is busy'),
  ThrottlingException: busy('the service is busy'),
  RequestLimitExceeded: busy('the service is busy'),
  RequestThrottled: busy('the service is busy'),
  TooManyRequests: busy('the service is busy'),
  BandwidthLimitExceeded: busy('the service is busy'),
  OperationAborted: busy('another request to the bucket is under way'),
  ConditionalRequestConflict: busy('another request to the object is under way'),
  TemporaryRedirect: busy('the bucket is new or moves'),
  PreconditionFailed: busy('the object was replaced while it was read'),
  InvalidRange: busy('the object was replaced while it was read'),
  InvalidAccessKeyId: UNAUTHENTICATED,
  SignatureDoesNotMatch: UNAUTHENTICATED,
  InvalidToken: UNAUTHENTICATED,
  InvalidClientTokenId: UNAUTHENTICATED,
  UnrecognizedClientException: UNAUTHENTICATED,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  RequestExpired: EXPIRED,
  RequestTimeTooSkewed: EXPIRED,
  NoSuchBucket: NO_BUCKET,
  InvalidBucketName: NO_BUCKET,
  PermanentRedirect: WRONG_REGION,
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  BadDigest: ARRIVED_DAMAGED,
  IncompleteBody: ARRIVED_DAMAGED,
  XAmzContentSHA256Mismatch: ARRIVED_DAMAGED,
  XAmzContentChecksumMismatch: ARRIVED_DAMAGED,
  EntityTooLarge: TOO_LARGE,
  QuotaExceeded: FULL,
  InsufficientStorage: FULL,
  XMinioStorageFull: FULL,
  XMinioAdminBucketQuotaExceeded: FULL,
  NotImplemented: NOT_IMPLEMENTED,
};

/**
 * The permission that a request needs, and where. Tags and a retention need one of their own.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const NEEDED: Readonly<Record<StoreOperation | 'location', (bucketArn: string) => string>> = {
  writing: (bucket) =>
    `s3:PutObject on ${bucket}/* (with tags also s3:PutObjectTagging, with retention also s3:PutObjectRetention)`,
  reading: (bucket) => `s3:GetObject on ${bucket}/*`,
  'looking up': (bucket) => `s3:GetObject on ${bucket}/*`,
  listing: (bucket) => `s3:ListBucket on ${bucket}`,
  deleting: (bucket) => `s3:DeleteObject on ${bucket}/*`,
  location: (bucket) => `s3:GetBucketLocation on ${bucket}`,
};

function forbidden(step: keyof typeof NEEDED, bucketArn: string): KnownFailure {
  return {
    ...FORBIDDEN,
    ...(step === 'location' && { reason: 'the service does not permit s3:GetBucketLocation' }),
    hint: `Allow ${NEEDED[step](bucketArn)}, and check that no policy of the bucket denies it.`,
  };
}

/** A request before the one that was asked for failed. The cause says why. */
export class PreparationFailed extends Error {
  readonly step: 'role' | 'location';

  constructor(step: PreparationFailed['step'], cause: unknown) {
    super(step === 'role' ? 'the role was not assumed' : 'the region of the bucket was not told', { cause });
    this.name = 'PreparationFailed';
    this.step = step;
  }
}

/**
 * Converts an error of the AWS libraries to an AppError, which says whether a retry may succeed.
 * @param bucketArn names the bucket in the hint to a missing permission.
 */
export function classified(operation: StoreOperation, key: string, thrown: unknown, bucketArn: string): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof Error)) return unanswered(operation, key, thrown);
  const known = knownOf(thrown);
  if (known === FORBIDDEN) {
    const step = thrown instanceof PreparationFailed ? 'location' : operation;
    return knownFailure(operation, key, forbidden(step, bucketArn), thrown);
  }
  if (known !== undefined) return knownFailure(operation, key, known, thrown);
  if (thrown instanceof PreparationFailed) return classified(operation, key, thrown.cause, bucketArn);
  // The SDK's timeouts have no code.
  if (thrown.name === 'TimeoutError') return unanswered(operation, key, connectionLost(thrown.message));
  if (thrown.name === 'NoSuchKey') return objectNotFound(key, thrown);
  const status = statusOf(thrown);
  return status === undefined ? unanswered(operation, key, thrown) : answered(operation, key, status, thrown);
}

/** Returns the facts of a failure that the driver knows; undefined: it does not know it. */
export function knownOf(thrown: unknown): KnownFailure | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if (thrown instanceof PreparationFailed) {
    const known = knownOf(thrown.cause);
    return known === FORBIDDEN && thrown.step === 'role' ? ROLE_REFUSED : known;
  }
  if (thrown.name.startsWith('KMS.')) return NO_KEY;
  if (thrown.name === 'CredentialsProviderError') return NO_CREDENTIALS;
  const known = KNOWN[thrown.name];
  if (known !== undefined || thrown.name === 'NoSuchKey') return known;
  // The answer to a HEAD request has no body, and so no code.
  return { 301: WRONG_REGION, 403: FORBIDDEN }[statusOf(thrown) ?? 0];
}

/** Whether the error says that a condition of the request was not met. */
export function isRefusedCondition(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'PreconditionFailed' || statusOf(thrown) === 412);
}

/** Whether the error says that a session has expired. */
export function isExpired(thrown: unknown): boolean {
  return thrown instanceof Error && KNOWN[thrown.name] === EXPIRED && thrown.name !== 'RequestTimeTooSkewed';
}

/** Whether the error says that the object does not exist. */
export function isMissingObject(thrown: unknown): boolean {
  return thrown instanceof S3ServiceException && (thrown.name === 'NotFound' || thrown.name === 'NoSuchKey');
}

/** The HTTP status of the answer that the libraries made the error of; undefined if no answer came. */
function statusOf(thrown: Error): number | undefined {
  if (!('$metadata' in thrown) || typeof thrown.$metadata !== 'object' || thrown.$metadata === null) return undefined;
  const metadata = thrown.$metadata;
  return 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}
