import { STATUS_CODES } from 'node:http';
import type { JsonObject } from '../../kernel/json.ts';
import type { Operation } from '../operation.ts';
import { ErrorSchema } from '../schemas.ts';
import type { Api } from '../versions.ts';
import type { Components } from './components.ts';

const text = (description: string): JsonObject => ({ description, schema: { type: 'string' } });

/** The statuses of errors, with what they mean for every operation. */
const MEANINGS = {
  400: 'A parameter or the body is not valid.',
  401: 'The credentials are missing or wrong, or the caller has no role that is enough.',
  403: "The address of the client is not on the caller's access list, or the caller needs a list and has none.",
  404: 'Something that the path or the body names does not exist.',
  406: '`Accept` names no version that the operation has.',
  408: 'The body did not arrive in time.',
  409: 'The state of the resource does not permit the change.',
  413: 'The body is too large.',
  414: 'The URI is too long.',
  415: 'The body has a media type that the operation does not take.',
  429: 'The rate limit is exceeded.',
  431: 'The headers and the URI are too large together.',
  500: 'A defect of the server. It has logged the cause.',
  503: 'The disk of the server reports errors; nothing of the request was stored.',
  507: 'The disk of the server is full; nothing of the request was stored.',
} as const;
type ErrorStatus = keyof typeof MEANINGS;

const HEADERS: Partial<Record<ErrorStatus, JsonObject>> = {
  401: { 'WWW-Authenticate': text('A challenge for each way to authenticate; absent if only a role is missing.') },
  429: { 'Retry-After': { description: 'Seconds until a request is taken.', schema: { type: 'integer' } } },
};

function errorResponse(status: ErrorStatus, components: Components): JsonObject {
  return {
    description: MEANINGS[status],
    headers: { 'X-Error-Code': text('The `errorCode` of the document.'), ...HEADERS[status] },
    content: { 'application/json': { schema: components.refer(ErrorSchema) } },
  };
}

/** Returns the references of an operation to its errors. */
export function errorReferences(api: Api, operation: Operation, hasBody: boolean, components: Components): JsonObject {
  const { conflicts = false, method, path } = operation;
  const found: readonly (ErrorStatus | false)[] = [
    400,
    401,
    403,
    (path.includes(':') || hasBody) && 404,
    api === 'v2' && 406,
    hasBody && 408,
    conflicts && 409,
    method !== 'GET' && 413,
    414,
    hasBody && 415,
    429,
    431,
    500,
    503,
    method !== 'GET' && 507,
  ];
  const statuses = found.filter((status) => status !== false);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      components.referResponse(responseName(status), errorResponse(status, components)),
    ]),
  );
}

function responseName(status: ErrorStatus): string {
  return (STATUS_CODES[status] ?? String(status)).replaceAll(/\W/g, '');
}
