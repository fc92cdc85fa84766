import {
  MongoCompatibilityError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { AppError, codeOf, messageOf } from '../../../kernel/errors.ts';

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
export const UNAUTHORIZED = 13;
export const AUTHENTICATION_FAILED = 18;
export const NAMESPACE_NOT_FOUND = 26;
export const COMMAND_NOT_SUPPORTED_ON_VIEW = 166;
export const SNAPSHOT_TOO_OLD = 239;
export const SNAPSHOT_UNAVAILABLE = 246;

/**
 * The codes of errors that may pass later, or at another member: killed or timed out cursors, members that step down or
 * shut down, and the codes of
 * https://github.com/mongodb/specifications/blob/master/source/retryable-reads/retryable-reads.md
 */
const TRANSIENT_CODES = new Set([
  6, 7, 43, 89, 91, 134, 136, 175, 189, 237, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/** System errors for a host that does not exist and a certificate that is not valid. Waiting does not help. */
const PERMANENT_SYSTEM_CODE =
  /^(ENOTFOUND|ENODATA|ENONAME|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/;

/** System errors for name servers and hosts that do not answer for a while. The driver passes them on unchanged. */
const TRANSIENT_SYSTEM_CODES = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EREFUSED',
  'ESERVFAIL',
  'ETIMEOUT',
]);

/** Errors of the time limits that the connection string sets. */
const TIMEOUTS = new Set(['MongoOperationTimeoutError', 'MongoWaitQueueTimeoutError']);

const TOO_OLD = /wire version/;

/** The code of a server's refusal; undefined if no server refused. */
export function serverCode(thrown: unknown): number | undefined {
  return thrown instanceof MongoServerError && typeof thrown.code === 'number' ? thrown.code : undefined;
}

/** Whether a retry may succeed without a change by a person. */
export function isTransient(thrown: unknown): boolean {
  if (thrown instanceof MongoError && thrown.hasErrorLabel('RetryableReadError')) return true;
  const code = serverCode(thrown);
  if (code !== undefined) return TRANSIENT_CODES.has(code);
  if (isTooOld(thrown) || permanentSystemCode(thrown) !== undefined) return false;
  if (thrown instanceof MongoServerSelectionError || thrown instanceof MongoNetworkError) return true;
  return thrown instanceof Error && (TIMEOUTS.has(thrown.name) || TRANSIENT_SYSTEM_CODES.has(codeOf(thrown) ?? ''));
}

/** Converts an error of reading from a deployment. @param what was read, such as `shop.orders`. */
export function readFailure(what: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError({
    code: 'SOURCE_READ_FAILED',
    message: `reading ${what} failed: ${messageOf(cause)}`,
    hint: hintOf(cause) ?? 'Take the snapshot again; if it fails again, look at the log of the MongoDB server.',
    transient: isTransient(cause),
    cause,
  });
}

/** Converts an error of opening a deployment. */
export function openFailure(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  if (isTooOld(cause)) {
    return new AppError({
      code: 'SOURCE_TOO_OLD',
      message: `the MongoDB server is too old: a running deployment needs MongoDB 4.4 or newer (${messageOf(cause)})`,
      hint: 'Register what mongodump writes of it instead: `longshore cluster add NAME --mongodump DIR`.',
      cause,
    });
  }
  return new AppError({
    code: 'SOURCE_UNREACHABLE',
    message: `the MongoDB deployment cannot be read: ${messageOf(cause)}`,
    hint: hintOf(cause) ?? 'Check that the connection string names a running server.',
    transient: isTransient(cause),
    cause,
  });
}

function hintOf(cause: unknown): string | undefined {
  const code = serverCode(cause);
  if (code === UNAUTHORIZED) {
    return 'Grant the user the role readAnyDatabase, or read on one database and name that one in the path of the connection string.';
  }
  if (code === AUTHENTICATION_FAILED) {
    return 'Check the user, the password and authSource of the connection string; `longshore cluster update` gives a registered cluster another one.';
  }
  const system = permanentSystemCode(cause);
  if (system === undefined) return undefined;
  return /^E[A-Z]+$/.test(system)
    ? 'Check the host in the connection string: no such name is known.'
    : "Check the certificates: this machine does not trust the server's for that host. To trust a certificate authority of your own, start Longshore with NODE_EXTRA_CA_CERTS.";
}

function isTooOld(thrown: unknown): boolean {
  return causesOf(thrown).some(
    (each) =>
      TOO_OLD.test(messageOf(each)) &&
      (each instanceof MongoCompatibilityError || each instanceof MongoServerSelectionError),
  );
}

/** The system error if every server failed for a reason that only a person can change. */
function permanentSystemCode(thrown: unknown): string | undefined {
  const tried = thrown instanceof MongoServerSelectionError ? [...(thrown.reason?.servers.values() ?? [])] : [];
  if (tried.length === 0) return systemCodeOf(thrown);
  const codes = tried.map(({ error }) => systemCodeOf(error));
  return codes.includes(undefined) ? undefined : codes[0];
}

function systemCodeOf(thrown: unknown): string | undefined {
  return causesOf(thrown)
    .map((each) => codeOf(each))
    .find((code) => code !== undefined && PERMANENT_SYSTEM_CODE.test(code));
}

function causesOf(thrown: unknown): unknown[] {
  const causes: unknown[] = [];
  for (
    let each = thrown;
    each !== undefined && causes.length < 8;
    each = each instanceof Error ? each.cause : undefined
  ) {
    causes.push(each);
  }
  return causes;
}
