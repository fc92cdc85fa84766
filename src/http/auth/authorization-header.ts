/** The directives of an `Authorization: Digest` header, without their quotes. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly cnonce: string;
  /** Eight hex digits. */
  readonly nc: string;
  /** 32 lower-case hex digits. */
  readonly response: string;
}

// Every directive may be a token or a quoted-string (RFC 7616 section 3.4), because clients quote different directives.
const DIRECTIVE = /[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))[ \t]*(?:,|$)/y;
const EMPTY_ELEMENT = /[ \t]*,/y;

const SCHEME = /^digest(?:[ \t]+|$)/i;

/** Whether the scheme of an Authorization header is Digest. */
export function isDigest(header: string): boolean {
  return SCHEME.test(header);
}

/**
 * Parses `Digest …` credentials (RFC 7616 section 3.4) with MD5 and qop=auth. Ignores unknown directives.
 * @returns undefined for another scheme, another algorithm and a malformed header, because each is answered with a challenge.
 */
export function parseDigestCredentials(header: string): DigestCredentials | undefined {
  const scheme = SCHEME.exec(header);
  const directives = scheme === null ? undefined : parseDirectives(header, scheme[0].length);
  if (directives === undefined) return undefined;
  const of = (name: string): string | undefined => directives.get(name);
  const [username, realm, nonce, uri, cnonce] = [of('username'), of('realm'), of('nonce'), of('uri'), of('cnonce')];
  const nc = of('nc');
  const response = of('response')?.toLowerCase();
  if ((of('algorithm') ?? 'MD5').toUpperCase() !== 'MD5' || of('qop')?.toLowerCase() !== 'auth') return undefined;
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined) return undefined;
  if (cnonce === undefined || cnonce === '' || nc === undefined || response === undefined) return undefined;
  if (!/^[0-9a-f]{8}$/i.test(nc) || !/^[0-9a-f]{32}$/.test(response)) return undefined;
  return { username, realm, nonce, uri, cnonce, nc, response };
}

function parseDirectives(header: string, start: number): Map<string, string> | undefined {
  const directives = new Map<string, string>();
  let position = start;
  while (position < header.length) {
    EMPTY_ELEMENT.lastIndex = position;
    if (EMPTY_ELEMENT.test(header)) {
      position = EMPTY_ELEMENT.lastIndex;
      continue;
    }
    DIRECTIVE.lastIndex = position;
    const match = DIRECTIVE.exec(header);
    if (match === null) return undefined;
    const name = match[1]?.toLowerCase() ?? '';
    // A repeated directive is refused, because a proxy and this server might read different values.
    if (directives.has(name)) return undefined;
    directives.set(name, match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
    position = DIRECTIVE.lastIndex;
  }
  return directives;
}
