import { AppError } from '../kernel/errors.ts';

// Registered names, IPv4 addresses, and IPv6 addresses in brackets, each with an optional port (RFC 9110 section 7.2).
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Whether a Host header is valid in a link. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/** The URL of this server for clients. Links start with `origin + pathPrefix`. */
export interface PublicUrl {
  /** Scheme, host and port, such as `https://longshore.example.com`. */
  readonly origin: string;
  /** The path prefix that a reverse proxy removes, such as `/longshore`, or an empty text. */
  readonly pathPrefix: string;
}

/** @throws AppError `INVALID_PUBLIC_URL` */
export function parsePublicUrl(text: string): PublicUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (!plain || url.username !== '' || url.password !== '') {
    throw new AppError({
      code: 'INVALID_PUBLIC_URL',
      message: `the public URL ${JSON.stringify(text)} is not an http or https URL without credentials and query`,
      hint: 'Give scheme, host and port, such as https://longshore.example.com.',
    });
  }
  return { origin: url.origin, pathPrefix: url.pathname.replace(/\/+$/, '') };
}
