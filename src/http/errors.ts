import { defineError } from './api-error.ts';

/** Atlas's text for missing or wrong credentials. auth/challenge.ts encodes it, because its document has a form of its own. */
export const UNAUTHORIZED_DETAIL = 'You are not authorized for this resource.';

// Access
export const userUnauthorized = defineError(
  'USER_UNAUTHORIZED',
  401,
  () => 'Current user is not authorized to perform this action.',
);
export const ipAddressNotOnAccessList = defineError(
  'IP_ADDRESS_NOT_ON_ACCESS_LIST',
  403,
  (address: string) => `IP address ${address} is not allowed to access this resource.`,
);
export const resourceRequiresAccessList = defineError(
  'RESOURCE_REQUIRES_ACCESS_LIST',
  403,
  () => 'The organization requires an access list: add the address of this client to the access list of the caller.',
);
export const apiKeyAccessListAccessDenied = defineError(
  'API_KEY_ACCESS_LIST_ACCESS_DENIED',
  401,
  () => 'Only the API key itself and owners of the organization may change the access list of an API key.',
);
export const groupNotFound = defineError(
  'GROUP_NOT_FOUND',
  404,
  (groupId: string) => `No group with ID ${groupId} exists.`,
);

// Paths
export const resourceNotFound = defineError(
  'RESOURCE_NOT_FOUND',
  404,
  (resource: string) => `Cannot find resource ${resource}.`,
);
export const methodNotAllowed = defineError(
  'METHOD_NOT_ALLOWED',
  405,
  (method: string, path: string) => `The method ${method} is not supported for the resource ${path}.`,
);
export const pathParameterMalformed = defineError(
  'PATH_PARAM_PARSE_ERROR',
  400,
  (path: string) => `One or more path parameter in the request URI ${path} is malformed.`,
);
export const uriTooLong = defineError(
  'URI_TOO_LONG',
  414,
  (limit: number) => `The request URI is longer than ${limit} bytes.`,
);

// Malformed ids. The old API has an error for each kind.
export const invalidGroupId = defineError(
  'INVALID_GROUP_ID',
  404,
  (id: string) => `An invalid group ID ${id} was specified.`,
);
export const invalidOrgId = defineError(
  'INVALID_ORG_ID',
  404,
  (id: string) => `An invalid organization ID ${id} was specified.`,
);
export const invalidKeyId = defineError(
  'INVALID_KEY_ID',
  404,
  (id: string) => `An invalid API key ID ${id} was specified.`,
);
export const invalidSnapshotId = defineError(
  'INVALID_SNAPSHOT_ID',
  404,
  (id: string) => `An invalid snapshot ID ${id} was specified.`,
);
export const invalidPathParameter = defineError(
  'INVALID_PATH_PARAMETER',
  400,
  (name: string) => `The path parameter ${name} is not valid.`,
);

// Query
export const invalidQueryParameter = defineError(
  'INVALID_QUERY_PARAMETER',
  400,
  (name: string) => `The query parameter ${name} has a value that is not valid.`,
);

// Versions
export const invalidVersionDate = defineError(
  'INVALID_VERSION_DATE',
  406,
  () => 'Invalid accept header or version date.',
);

// Bodies
export const malformedJson = defineError('MALFORMED_JSON', 400, () => 'Received JSON is malformed.');
export const invalidJson = defineError('INVALID_JSON', 400, () => 'Received JSON does not match the expected format.');
export const invalidJsonAttribute = defineError(
  'INVALID_JSON_ATTRIBUTE',
  400,
  (attribute: string) => `Received JSON for the ${attribute} attribute does not match expected format.`,
);
export const missingAttribute = defineError(
  'MISSING_ATTRIBUTE',
  400,
  (attribute: string) => `The required attribute ${attribute} was not specified.`,
);
export const invalidAttribute = defineError(
  'INVALID_ATTRIBUTE',
  400,
  (attribute: string) => `Invalid attribute ${attribute} specified.`,
);
export const invalidEnumValue = defineError(
  'INVALID_ENUM_VALUE',
  400,
  (value: string) => `An invalid enumeration value ${value} was specified.`,
);
export const payloadTooLarge = defineError(
  'PAYLOAD_TOO_LARGE',
  413,
  (limit: number) => `The request body is larger than ${limit} bytes.`,
);
export const unsupportedMediaType = defineError(
  'UNSUPPORTED_MEDIA_TYPE',
  415,
  () => 'The request body must be JSON: application/json or application/vnd.atlas.<date>+json, in UTF-8.',
);

export const unsupportedContentEncoding = defineError(
  'UNSUPPORTED_MEDIA_TYPE',
  415,
  (encoding: string) => `The request body has the Content-Encoding ${encoding}. Send it without a Content-Encoding.`,
);

export const unsupportedStreamType = defineError(
  'UNSUPPORTED_MEDIA_TYPE',
  415,
  () => 'The request body must be bytes: application/octet-stream.',
);

// Limits and defects
export const rateLimited = defineError(
  'RATE_LIMITED_TOKEN_BUCKET',
  429,
  (path: string, retryAfter: number, capacity: number, refill: number, interval: number) =>
    `Rate limit exceeded for ${path}. Please retry after ${retryAfter} seconds. ` +
    `Request capacity: ${capacity}. Refill rate: ${refill} per ${interval} seconds.`,
);
export const rateLimitedPerMinute = defineError(
  'RATE_LIMITED',
  429,
  (resource: string, count: number, minutes: number) =>
    `Resource ${resource} is limited to ${count} requests every ${minutes} minutes.`,
);
export const insufficientStorage = defineError(
  'INSUFFICIENT_STORAGE',
  507,
  () => 'The disk of the server is full: nothing of the request was stored. Try again when there is space.',
);
export const serviceUnavailable = defineError(
  'SERVICE_UNAVAILABLE',
  503,
  () =>
    'The disk of the server is read-only or reports errors: nothing of the request was stored. Try again when it works.',
);
export const unexpectedError = defineError('UNEXPECTED_ERROR', 500, () => 'Unexpected error.');

// Requests that Node.js's parser or Fastify refuses before a route is known
export const badRequest = defineError('BAD_REQUEST', 400, () => 'The request is not valid HTTP.');
export const requestTimeout = defineError('REQUEST_TIMEOUT', 408, () => 'The request was not received in time.');
export const headersTooLarge = defineError('REQUEST_HEADER_FIELDS_TOO_LARGE', 431, () => 'The headers are too large.');
