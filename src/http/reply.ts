import type { FastifyReply } from 'fastify';
import { isJsonObject, type Json, type JsonObject } from '../kernel/json.ts';
import type { ApiError } from './api-error.ts';
import { CHALLENGE_BODY } from './auth/challenge.ts';
import { errorDocument } from './error-document.ts';
import { printJson } from './json-printer.ts';
import type { ApiReply } from './operation.ts';
import type { Presentation } from './query-flags.ts';
import type { Api } from './versions.ts';

/** What is sent on the wire, before Fastify adds lengths and dates. */
export interface WireReply {
  readonly status: number;
  /** A list stands for a header that is sent once for each value. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Absent: no body at all. */
  readonly body?: Buffer;
}

/** Headers of every answer to an authenticated request. */
export const SECURITY_HEADERS = {
  'referrer-policy': 'strict-origin-when-cross-origin',
  'strict-transport-security': 'max-age=31536000; includeSubdomains;',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
} as const;

/** The answer to a success. */
export function successReply(api: Api, reply: ApiReply, type: string, { pretty, envelope }: Presentation): WireReply {
  const { status, body } = reply;
  const headers = { 'content-type': type };
  if (envelope) return { status: 200, headers, body: encode(enveloped(api, status, body ?? {}), pretty) };
  return { status, headers, ...(body === undefined ? {} : { body: encode(body, pretty) }) };
}

/** The answer to an error; `method` is the request's. */
export function errorReply(api: Api, error: ApiError, method: string, { pretty, envelope }: Presentation): WireReply {
  const document = errorDocument(error);
  const headers = {
    'content-type': 'application/json',
    'x-error-code': error.code,
    ...vary(method),
  };
  return envelope
    ? { status: 200, headers, body: encode(enveloped(api, error.status, document), pretty) }
    : { status: error.status, headers, body: encode(document, pretty) };
}

/** Asks for credentials. Neither `envelope` nor `pretty` touch it: clients of HTTP Digest need the bare 401. */
export function challengeReply(challenges: readonly string[], method: string): WireReply {
  return {
    status: 401,
    headers: { 'content-type': 'application/json', 'www-authenticate': [...challenges], ...vary(method) },
    body: CHALLENGE_BODY,
  };
}

/**
 * Sends it. X-Java-Method and X-Java-Version of Atlas's answers are left out: they would tell of a program that is not
 * there, and no client reads them.
 */
export function send(reply: FastifyReply, wire: WireReply): FastifyReply {
  void reply.code(wire.status).headers({ server: 'mdbws', ...wire.headers });
  // Fastify takes Content-Type off a 204, where Atlas keeps it.
  if (wire.body === undefined) reply.raw.setHeader('content-type', wire.headers['content-type'] ?? 'application/json');
  return reply.send(wire.body);
}

// Atlas's words for it differ: the general page says `content`, the tables of the old API say `envelope`.
function enveloped(api: Api, status: number, body: Json): JsonObject {
  if (isJsonObject(body) && Array.isArray(body['results'])) {
    const { totalCount, ...page } = body;
    return { ...page, status, ...(totalCount === undefined ? {} : { totalCount }) };
  }
  return { status, content: body, ...(api === 'v1.0' ? { envelope: body } : {}) };
}

function vary(method: string): Readonly<Record<string, string>> {
  return method === 'GET' || method === 'POST' ? { vary: 'Accept-Encoding' } : {};
}

function encode(document: Json, pretty: boolean): Buffer {
  return Buffer.from(printJson(document, pretty));
}
