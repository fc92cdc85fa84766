import { codeOf, type AppError } from '../../kernel/errors.ts';
import { knownFailure, storeFailed, type KnownFailure } from '../errors.ts';

/** System errors of connections. Each may pass: a service restarts, a name server is reloaded, a cable is plugged in. */
const CONNECTION: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'EPROTO',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);

const UNREACHED_HINT =
  "Check that the store runs, that the address that Longshore has for it is right, and that this machine's network, name server and proxy lead there.";

/** Source: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE = /^(ERR_TLS_|CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH)/;

const UNTRUSTED: KnownFailure = {
  code: 'OBJECT_STORE_UNTRUSTED',
  reason: "the service's TLS certificate is not trusted",
  hint: 'Name the file of its certificate authority in NODE_EXTRA_CA_CERTS, and start Longshore again.',
  transient: false,
};

/** An answer that would send the request elsewhere. It is not followed, because the request carries credentials. */
export const REDIRECTED: KnownFailure = {
  code: 'OBJECT_STORE_REDIRECTED',
  reason: 'the service answered with a redirect, which is not followed',
  hint: 'Name the address of the bucket itself.',
  transient: false,
};

/** A body that arrived with another checksum. */
export const ARRIVED_DAMAGED: KnownFailure = {
  code: 'OBJECT_INCOMPLETE',
  reason: 'the service received other bytes than were sent',
  hint: 'Check the memory of the machine and the network, then try again: one of them is at fault.',
  transient: true,
};

/** A failure of the service that passes. */
export const busy = (reason: string): KnownFailure => ({
  code: 'OBJECT_STORE_BUSY',
  reason,
  hint: 'Wait. The work continues at the next attempt.',
  transient: true,
});

/** Credentials that the service refuses. */
export const UNAUTHENTICATED: KnownFailure = {
  code: 'OBJECT_STORE_UNAUTHENTICATED',
  reason: "the service does not accept Longshore's credentials",
  hint: "Check the credentials in the environment of Longshore, and the machine's clock.",
  transient: false,
};

/** A bucket that is not there. */
export const NO_BUCKET: KnownFailure = {
  code: 'OBJECT_STORE_NO_BUCKET',
  reason: 'the bucket does not exist',
  hint: 'Create the bucket, or name another one.',
  transient: false,
};

/** An object that exceeds the service's limit for one request. */
export const TOO_LARGE: KnownFailure = {
  code: 'OBJECT_TOO_LARGE',
  reason: 'the service does not take an object of this size in one request',
  hint: 'Report it: Longshore writes objects of about 64 MiB.',
  transient: false,
};

/** A connection that ended too early. */
export function connectionLost(message: string): Error {
  return Object.assign(new Error(message), { code: 'ECONNRESET' });
}

/** Classifies the error of a request that the caller did not cancel, and to which no answer of the service arrived. */
export function unanswered(operation: string, key: string, thrown: unknown): AppError {
  const code = innermostCode(thrown);
  if (code !== undefined && CERTIFICATE.test(code)) return knownFailure(operation, key, UNTRUSTED, thrown);
  if (isCut(thrown) || (code !== undefined && CONNECTION.has(code))) {
    return storeFailed(operation, key, thrown, true, UNREACHED_HINT);
  }
  return storeFailed(operation, key, thrown, false);
}

/** The libraries call a connection that the service ended an abort, as they call one that the caller ended. */
function isCut(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}

/** Classifies an answer that has no known code by its HTTP status. */
export function answered(operation: string, key: string, status: number, thrown: unknown): AppError {
  if (status >= 300 && status < 400) return knownFailure(operation, key, REDIRECTED, thrown);
  return storeFailed(operation, key, thrown, status === 408 || status === 429 || status >= 500);
}

/** The code of the error that the other errors were made of: the vendors' libraries wrap those of Node.js. */
function innermostCode(thrown: unknown): string | undefined {
  let code = codeOf(thrown);
  for (let error = thrown; error instanceof Error; error = error.cause) code = codeOf(error) ?? code;
  return code;
}
