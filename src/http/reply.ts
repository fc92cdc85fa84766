import type { FastifyReply } from 'fastify';
import { isJsonObject, type Json, type JsonObject } from '../kernel/json.ts';
import type { ApiError } from './api-error.ts';
import { CHALLENGE_BODY } from './auth/challenge.ts';
import { errorDocument } from './error-document.ts';
import { printJson } from './json-printer.ts';
import type { ApiReply } from './operation.ts';
import type { Presentation } from './query-flags.ts';
import { isOldApi, type Api } from './versions.ts';

/** An encoded answer. Fastify adds Content-Length and Date. */
export interface WireReply {
  readonly status: number;
  /** A header with a list is sent once for each value. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Absent: the answer has no body. */
  readonly body?: string;
}

/** The headers of every answer to an authenticated request. */
export const SECURITY_HEADERS = {
  'referrer-policy': 'strict-origin-when-cross-origin',
  'strict-transport-security': 'max-age=31536000; includeSubdomains;',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
} as const;

/** Encodes a success. @param type the Content-Type. */
export function successReply(api: Api, reply: ApiReply, type: string, { pretty, envelope }: Presentation): WireReply {
  const { status, body } = reply;
  const headers = { 'content-type': type };
  if (envelope) return { status: 200, headers, body: printJson(enveloped(api, status, body ?? {}), pretty) };
  return { status, headers, ...(body === undefined ? {} : { body: printJson(body, pretty) }) };
}

/** Encodes an error. @param method the method of the request. */
export function errorReply(api: Api, error: ApiError, method: string, { pretty, envelope }: Presentation): WireReply {
  const document = errorDocument(error);
  const headers = {
    'content-type': 'application/json',
    'x-error-code': error.code,
    ...vary(method),
  };
  return envelope
    ? { status: 200, headers, body: printJson(enveloped(api, error.status, document), pretty) }
    : { status: error.status, headers, body: printJson(document, pretty) };
}

/** Encodes a challenge. It ignores `envelope` and `pretty`, because HTTP Digest clients need the plain 401. */
export function challengeReply(challenges: readonly string[], method: string): WireReply {
  return {
    status: 401,
    headers: { 'content-type': 'application/json', 'www-authenticate': [...challenges], ...vary(method) },
    body: CHALLENGE_BODY,
  };
}

/**
 * Sends an answer. Atlas's headers X-Java-Method and X-Java-Version are left out, because they describe Atlas's own program
 * and no client reads them.
 */
export function send(reply: FastifyReply, wire: WireReply): FastifyReply {
  void reply.code(wire.status).headers({ server: 'mdbws', ...wire.headers });
  // Set on the raw response because Fastify removes Content-Type from a 204, and Atlas keeps it.
  if (wire.body === undefined) reply.raw.setHeader('content-type', wire.headers['content-type'] ?? 'application/json');
  // Node.js writes a text together with the headers, in one call of the system. Without a serializer, Fastify would add a charset to the Content-Type.
  return reply.serializer(asItIs).send(wire.body);
}

const asItIs = (text: string): string => text;

// The old API has the body under both names, because Atlas's general page says `content` and its v1.0 tables say `envelope`.
function enveloped(api: Api, status: number, body: Json): JsonObject {
  if (isJsonObject(body) && Array.isArray(body['results'])) {
    const { totalCount, ...page } = body;
    return { ...page, status, ...(totalCount === undefined ? {} : { totalCount }) };
  }
  return { status, content: body, ...(isOldApi(api) ? { envelope: body } : {}) };
}

function vary(method: string): Readonly<Record<string, string>> {
  return method === 'GET' || method === 'POST' ? { vary: 'Accept-Encoding' } : {};
}
