import { AppError, messageOf } from '../../kernel/errors.ts';
import { knownFailure, objectNotFound, storeFailed, type KnownFailure, type StoreOperation } from '../errors.ts';
import { answered, ARRIVED_DAMAGED, busy, NO_BUCKET, unanswered, UNAUTHENTICATED } from '../service/failures.ts';
import { GcsError } from './api.ts';

const LACKS_ROLE: KnownFailure = {
  code: 'OBJECT_STORE_FORBIDDEN',
  reason: 'the service account that Longshore runs as has no permission for it',
  hint: 'Grant the role "Storage Object User" on the bucket to the service account; a grant takes up to seven minutes.',
  transient: false,
};

/**
 * The permissions of each request. The replacement of an object needs that to delete, too.
 * Source: https://cloud.google.com/storage/docs/access-control/iam-json
 */
const NEEDED: Readonly<Record<StoreOperation, string>> = {
  writing: 'storage.objects.create, and storage.objects.delete, which the replacement of an object needs',
  reading: 'storage.objects.get',
  'looking up': 'storage.objects.get',
  listing: 'storage.objects.list',
  deleting: 'storage.objects.delete',
};
const BLOCKED_BY_PROJECT: KnownFailure = {
  code: 'OBJECT_STORE_FORBIDDEN',
  reason: "the bucket's project is disabled, or its billing is",
  hint: 'Enable the project and its billing.',
  transient: false,
};
const IMMUTABLE: KnownFailure = {
  code: 'OBJECT_STORE_FORBIDDEN',
  reason: 'the object is protected by a retention policy or a hold',
  hint: 'Export to a bucket without it, or wait until it has expired.',
  transient: false,
};
const NO_CREDENTIALS: KnownFailure = {
  code: 'OBJECT_STORE_NO_CREDENTIALS',
  reason: 'Longshore found no credentials of Google Cloud',
  hint:
    'Give Longshore a workload identity or a service account, or name a file of credentials in the environment variable ' +
    'GOOGLE_APPLICATION_CREDENTIALS.',
  transient: false,
};

const BUSY = busy('the service is busy, or a quota of requests is used up');
const REPLACED = busy('the object was replaced while it was read');

/**
 * The reasons of Google Cloud Storage that say more than the HTTP status.
 * Source: https://cloud.google.com/storage/docs/json_api/v1/status-codes
 */
const KNOWN: Readonly<Record<string, KnownFailure>> = {
  accountDisabled: BLOCKED_BY_PROJECT,
  authError: { ...UNAUTHENTICATED, transient: true },
  backendError: BUSY,
  conditionNotMet: REPLACED,
  forbidden: LACKS_ROLE,
  insufficientPermissions: LACKS_ROLE,
  internalError: BUSY,
  objectUnderActiveHold: IMMUTABLE,
  quotaExceeded: BUSY,
  rateLimitExceeded: BUSY,
  required: UNAUTHENTICATED,
  retentionPolicyNotMet: IMMUTABLE,
  userRateLimitExceeded: BUSY,
};

/** Converts an error of a request to an AppError, which says whether a retry may succeed. */
export function classified(operation: StoreOperation, key: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof GcsError)) {
    return ofCredentials(operation, key, thrown) ?? unanswered(operation, key, thrown);
  }
  if (isMissingObjectOfBucket(thrown)) return objectNotFound(key, thrown);
  const known = thrown.status === 404 ? NO_BUCKET : isDamaged(thrown) ? ARRIVED_DAMAGED : KNOWN[thrown.reason ?? ''];
  if (known === LACKS_ROLE) return knownFailure(operation, key, lacksRole(operation), thrown);
  if (known !== undefined) return knownFailure(operation, key, known, thrown);
  return answered(operation, key, thrown.status, thrown);
}

function lacksRole(operation: StoreOperation): KnownFailure {
  return { ...LACKS_ROLE, hint: `${LACKS_ROLE.hint} It has the permission that is missing: ${NEEDED[operation]}.` };
}

/**
 * Whether the error says that the bucket does not have the object. A missing bucket has the same status and reason; only the
 * message names the bucket.
 */
export function isMissingObjectOfBucket(thrown: unknown): boolean {
  return thrown instanceof GcsError && thrown.status === 404 && !/\bbucket does not exist/i.test(thrown.message);
}

/** Whether the error says that a condition of the request was not met. */
export function isRefusedCondition(thrown: unknown): boolean {
  return thrown instanceof GcsError && thrown.status === 412;
}

/** Makes a handler that converts the 404 of a request that names no object, which can only mean the bucket. */
export function missingBucket(operation: StoreOperation, key: string): (thrown: unknown) => never {
  return (thrown) => {
    const isMissing = thrown instanceof GcsError && thrown.status === 404;
    throw isMissing ? knownFailure(operation, key, NO_BUCKET, thrown) : thrown;
  };
}

function isDamaged({ status, message }: GcsError): boolean {
  return status === 400 && /MD5 hash|checksum/i.test(message);
}

/** Classifies the errors of requests for a token, and that of a machine without credentials, which has no code. */
function ofCredentials(operation: StoreOperation, key: string, thrown: unknown): AppError | undefined {
  if (messageOf(thrown).startsWith('Could not load the default credentials')) {
    return knownFailure(operation, key, NO_CREDENTIALS, thrown);
  }
  // The library's error for an answer has the status of the answer.
  if (!(thrown instanceof Error) || !('status' in thrown) || typeof thrown.status !== 'number') return undefined;
  return thrown.status >= 500
    ? storeFailed(operation, key, thrown, true)
    : knownFailure(operation, key, UNAUTHENTICATED, thrown);
}
