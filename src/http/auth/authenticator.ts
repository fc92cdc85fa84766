import type { Caller } from '../operation.ts';

/** The parts of a request that authenticate its caller. */
export interface Credentials {
  readonly method: string;
  /** The target of the request line, unchanged. */
  readonly target: string;
  /** The path prefix that a reverse proxy removes, or an empty text. Clients sign the path with the prefix. */
  readonly pathPrefix: string;
  /** The value of the Authorization header. */
  readonly authorization: string;
}

export type Verdict =
  | { readonly caller: Caller }
  /** The values of `WWW-Authenticate` (RFC 9110 section 11.6.1). */
  | { readonly challenges: readonly string[] };

/** One scheme of HTTP authentication (RFC 9110 section 11.1). */
export interface Authenticator {
  /** Whether the Authorization header has this scheme, and the target of the request admits the scheme. Verifies nothing. */
  recognizes(authorization: string, target: string): boolean;
  /** Verifies credentials of this scheme. Returns the caller, or challenges if the credentials are refused. */
  verify(credentials: Credentials): Promise<Verdict>;
  /** Returns the challenges for a request without credentials, or with credentials of an unknown scheme. May be empty. */
  challenges(): readonly string[];
}

/** Verifies the credentials with the authenticator of their scheme. If there is none, returns the challenges of all. */
export async function authenticate(
  authenticators: readonly Authenticator[],
  { authorization, ...rest }: Omit<Credentials, 'authorization'> & { readonly authorization: string | undefined },
): Promise<Verdict> {
  if (authorization !== undefined) {
    const own = authenticators.find((authenticator) => authenticator.recognizes(authorization, rest.target));
    if (own !== undefined) return await own.verify({ ...rest, authorization });
  }
  return { challenges: authenticators.flatMap((authenticator) => authenticator.challenges()) };
}
