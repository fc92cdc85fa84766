import { AppError, codeOf, messageOf } from '../kernel/errors.ts';

/** What a failed connection means, by the code of Node.js or OpenSSL, with what to do about it. */
const MEANINGS: Readonly<Record<string, { readonly says: string; readonly hint: string }>> = {
  ECONNREFUSED: {
    says: 'nothing listens there',
    hint: 'Start it with `longshore serve`, or say where it is with --url.',
  },
  ENOTFOUND: { says: 'no such host is known', hint: 'Correct the host in --url.' },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    says: 'the port speaks plain HTTP, and the URL begins with https://',
    hint: 'Give the URL with http://, or the port of the proxy that speaks TLS for the server.',
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    says: 'the port does not speak TLS, and the URL begins with https://',
    hint: 'Give the URL with http://, or the port of the proxy that speaks TLS for the server.',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    says: 'its certificate is signed by itself',
    hint: 'Name the certificate of its authority in NODE_EXTRA_CA_CERTS.',
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    says: 'its certificate is of an authority that this machine does not know',
    hint: 'Name the certificate of its authority in NODE_EXTRA_CA_CERTS.',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    says: 'its certificate is of an authority that this machine does not know',
    hint: 'Name the certificate of its authority in NODE_EXTRA_CA_CERTS.',
  },
  CERT_HAS_EXPIRED: {
    says: 'its certificate has expired',
    hint: 'Renew the certificate of the proxy that speaks TLS for the server; if it is valid, set the clock of this machine right.',
  },
  CERT_NOT_YET_VALID: {
    says: 'its certificate is not valid yet',
    hint: 'Set the clock of this machine right, or that of the authority that signed the certificate.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    says: 'its certificate is for another host',
    hint: 'Give the URL with a host that the certificate names, or give the proxy a certificate for this host.',
  },
  UND_ERR_SOCKET: {
    says: 'the connection was closed without an answer; a port that speaks TLS does so, and the URL may then begin with https://',
    hint: 'Give the URL that the server printed when it started.',
  },
};

/** The error of a request without an answer. @param thrown by `fetch`, with the system's error as its cause. */
export function unreachable(url: string, thrown: unknown): AppError {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  const meaning = MEANINGS[codeOf(cause) ?? ''];
  return new AppError({
    code: 'SERVER_UNREACHABLE',
    message: `no answer from the server at ${url}: ${meaning?.says ?? messageOf(cause).trim()}`,
    hint: meaning?.hint ?? 'Start it with `longshore serve`, or say where it is with --url.',
    transient: true,
    cause: thrown,
  });
}

/** The error of a redirect, which is not followed. @param location where it leads, as the answer names it. */
export function redirected(url: string, location: string | null): AppError {
  const target = location !== null && URL.canParse(location, url) ? new URL(location, url).origin : undefined;
  return new AppError({
    code: 'SERVER_UNREACHABLE',
    message: `no answer from the server at ${url}: the address redirects${target === undefined ? '' : ` to ${target}`}`,
    hint: 'Give the address of the server itself with --url, because redirects are not followed.',
  });
}
