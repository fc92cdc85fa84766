import { RestError } from '@azure/storage-blob';
import { AppError, codeOf, messageOf } from '../../kernel/errors.ts';
import { knownFailure, objectNotFound, type KnownFailure, type StoreOperation } from '../errors.ts';
import { answered, ARRIVED_DAMAGED, busy, TOO_LARGE, unanswered, UNAUTHENTICATED } from '../service/failures.ts';
import { ADDRESS_NOT_PUBLIC } from './public-address.ts';

const forbidden = (reason: string, hint: string): KnownFailure => ({
  code: 'OBJECT_STORE_FORBIDDEN',
  reason,
  hint,
  transient: false,
});

const LACKS_ROLE = forbidden(
  'the identity that Longshore runs as has no permission for it',
  'Assign the role "Storage Blob Data Contributor" on the container to the identity; an assignment takes up to ten minutes.',
);
/** Reading is permitted by a smaller role, too. */
const LACKS_READER = forbidden(
  LACKS_ROLE.reason,
  'Assign the role "Storage Blob Data Reader" (or "Storage Blob Data Contributor", which may also write) on the container to the ' +
    'identity; an assignment takes up to ten minutes.',
);
const BLOCKED_BY_ACCOUNT = forbidden(
  'the storage account refuses requests of this kind or from this network',
  "Check the storage account's network rules, its permitted authorization methods, and whether it requires https.",
);
const IMMUTABLE = forbidden(
  'the blob is protected by an immutability policy, a legal hold or a lease',
  'Export to a container without it, or wait until it has expired.',
);
const NO_CONTAINER: KnownFailure = {
  code: 'OBJECT_STORE_NO_BUCKET',
  reason: 'the container does not exist',
  hint: 'Create the container, or name another one.',
  transient: false,
};

/**
 * The error codes of Azure Storage that say more than their HTTP status.
 * Source: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes and …/blob-service-error-codes
 */
const KNOWN: Readonly<Record<string, KnownFailure>> = {
  ServerBusy: busy('the service is busy'),
  OperationTimedOut: busy('the service did not finish in time'),
  InternalError: busy('the service had an internal error'),
  AccountBeingCreated: busy('the storage account is being created'),
  ContainerBeingDeleted: busy('the container is being deleted'),
  ContainerDisabled: busy('the container was disabled by its administrator'),
  ConditionNotMet: busy('the object was replaced while it was read'),
  InvalidRange: busy('the object was replaced while it was read'),
  AuthorizationPermissionMismatch: LACKS_ROLE,
  AuthorizationFailure: LACKS_ROLE,
  InsufficientAccountPermissions: LACKS_ROLE,
  UnauthorizedBlobOverwrite: LACKS_ROLE,
  AccountIsDisabled: BLOCKED_BY_ACCOUNT,
  AuthorizationProtocolMismatch: BLOCKED_BY_ACCOUNT,
  AuthorizationSourceIPMismatch: BLOCKED_BY_ACCOUNT,
  KeyBasedAuthenticationNotPermitted: BLOCKED_BY_ACCOUNT,
  NoAuthenticationInformation: UNAUTHENTICATED,
  PublicAccessNotPermitted: BLOCKED_BY_ACCOUNT,
  AuthenticationFailed: UNAUTHENTICATED,
  // An access token that has expired. The SDK asks for a new one for the next try.
  InvalidAuthenticationInfo: { ...UNAUTHENTICATED, transient: true },
  BlobImmutableDueToPolicy: IMMUTABLE,
  LeaseIdMissing: IMMUTABLE,
  SnapshotsPresent: IMMUTABLE,
  ContainerNotFound: NO_CONTAINER,
  Md5Mismatch: ARRIVED_DAMAGED,
  RequestBodyTooLarge: TOO_LARGE,
};

const NO_CREDENTIALS: KnownFailure = {
  code: 'OBJECT_STORE_NO_CREDENTIALS',
  reason: 'Longshore found no Azure credentials',
  hint:
    'Give Longshore a workload identity (AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE), ' +
    'a managed identity, or a service principal in its environment.',
  transient: false,
};

const NO_TOKEN: KnownFailure = {
  code: 'OBJECT_STORE_FAILED',
  reason: 'Microsoft Entra gave no access token',
  hint: 'Check the way to login.microsoftonline.com. The work continues at the next attempt.',
  transient: true,
};
export const NOT_PUBLIC: KnownFailure = {
  code: 'OBJECT_STORE_ADDRESS_REFUSED',
  reason: 'the storage account has an address that is not public',
  hint: 'If the account has a private endpoint, name its host in full in the option --azure-hosts.',
  transient: false,
};

/** Converts an error of the Azure libraries to an AppError, which says whether a retry may succeed. */
export function classified(operation: StoreOperation, key: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = errorCodeOf(thrown);
  if (code === 'BlobNotFound') return objectNotFound(key, thrown);
  const known = code === undefined ? undefined : KNOWN[code];
  const isWrite = operation === 'writing' || operation === 'deleting';
  if (known === LACKS_ROLE && !isWrite) return knownFailure(operation, key, LACKS_READER, thrown);
  if (known !== undefined) return knownFailure(operation, key, known, thrown);
  if (thrown instanceof RestError && thrown.statusCode !== undefined) {
    return answered(operation, key, thrown.statusCode, thrown);
  }
  if (codeOf(thrown) === ADDRESS_NOT_PUBLIC) return knownFailure(operation, key, NOT_PUBLIC, thrown);
  return ofCredentials(operation, key, thrown) ?? unanswered(operation, key, thrown);
}

/** Whether the error says that the blob exists already. */
export function isExistingBlob(thrown: unknown): boolean {
  return errorCodeOf(thrown) === 'BlobAlreadyExists';
}

/** Whether the error says that the blob does not exist. */
export function isMissingBlob(thrown: unknown): boolean {
  if (!(thrown instanceof RestError) || thrown.statusCode !== 404) return false;
  const code = errorCodeOf(thrown);
  return code === undefined || code === 'BlobNotFound' || code === 'ResourceNotFound';
}

/** The code of an answer is in its body, and in a header of an answer without a body. */
function errorCodeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof RestError)) return undefined;
  return thrown.response?.headers.get('x-ms-error-code') ?? thrown.code;
}

/** The names of the errors of @azure/identity. That library is loaded only when it is used, so its classes are not here. */
const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

/** The words in the library's message if Microsoft Entra was not reached or had a fault. The status of such an error may be 400. */
const ENTRA_AT_FAULT =
  /\b(network_error|endpoints_resolution_error|no_network_connectivity|request_timeout|server_error|temporarily_unavailable)\b/;

/** Classifies the errors of the credentials. A chain of credentials throws those of all of them, also of those that are not there. */
function ofCredentials(operation: StoreOperation, key: string, thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error) || !CREDENTIAL_ERRORS.has(thrown.name)) return undefined;
  const errors: readonly unknown[] = 'errors' in thrown && Array.isArray(thrown.errors) ? thrown.errors : [thrown];
  const tried = errors.filter((error) => error instanceof Error && error.name !== 'CredentialUnavailableError');
  if (errors.some(isEntraAtFault)) return knownFailure(operation, key, NO_TOKEN, thrown);
  return knownFailure(operation, key, tried.length === 0 ? NO_CREDENTIALS : UNAUTHENTICATED, thrown);
}

function isEntraAtFault(error: unknown): boolean {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return (typeof status === 'number' && status >= 500) || ENTRA_AT_FAULT.test(messageOf(error));
}
