import type { Caller } from '../operation.ts';

/** What a request says of its sender. */
export interface Credentials {
  readonly method: string;
  /** The request target as it stands in the request line. */
  readonly target: string;
  /** The path before ours that a reverse proxy takes away, or nothing: clients sign it, and we do not see it. */
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
  /** Whether the value of an Authorization header is of this scheme; nothing is verified. */
  recognizes(authorization: string): boolean;
  /** Verifies credentials that it recognizes. Refused ones bring their challenges. */
  verify(credentials: Credentials): Promise<Verdict>;
  /** Asks a request for credentials that has none, or some that no authenticator recognizes. May be empty. */
  challenges(): readonly string[];
}

/** Lets the authenticator decide whose scheme the credentials are of. Without one, every authenticator adds its challenges. */
export async function authenticate(
  authenticators: readonly Authenticator[],
  { authorization, ...rest }: Omit<Credentials, 'authorization'> & { readonly authorization: string | undefined },
): Promise<Verdict> {
  if (authorization !== undefined) {
    const own = authenticators.find((authenticator) => authenticator.recognizes(authorization));
    if (own !== undefined) return await own.verify({ ...rest, authorization });
  }
  return { challenges: authenticators.flatMap((authenticator) => authenticator.challenges()) };
}
