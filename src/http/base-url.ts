import { AppError } from '../kernel/errors.ts';

// Registered names, IPv4, and IPv6 in brackets, each with an optional port (RFC 9110 section 7.2).
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Whether a Host header can stand in a URL that we give out. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/** Where clients find this server: links start with `origin + pathPrefix`. */
export interface PublicUrl {
  /** `https://longshore.example.com` */
  readonly origin: string;
  /** A reverse proxy's path before ours, such as `/longshore`, or nothing. */
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
