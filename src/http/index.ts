export { ApiError, defineError, type ErrorFactory } from './api-error.ts';
export type { Authenticator, Credentials, Verdict } from './auth/authenticator.ts';
export { createBearerAuthenticator } from './auth/bearer.ts';
export { createDigestAuthenticator, ha1, type KnownKey } from './auth/digest.ts';
export { isGroupRole, isOrganizationRole, mayInGroup, mayInOrganization } from './auth/roles.ts';
export { callerName } from './auth/caller-name.ts';
export type { OrganizationOf } from './auth/access.ts';
export { errorDocument } from './error-document.ts';
export type { Change, RecordChange } from './change.ts';
export { byteRange, type ByteRangeVerdict } from './byte-range.ts';
export * from './errors.ts';
export {
  version,
  versions,
  type Access,
  type Answer,
  type ApiKeyCaller,
  type ApiReply,
  type ApiRequest,
  type Caller,
  type EventTypeName,
  type Links,
  type Operation,
  type OperationVersion,
  type RateLimitSet,
  type RoleAssignment,
  type ServiceAccountCaller,
} from './operation.ts';
export type { Interfere, Refusal } from './interference.ts';
export { listReply } from './paging.ts';
export { ReadOnly } from './read-only.ts';
export { IdSchema, LinksSchema, NOTHING, pageOf, REFUSES_ALL, TimeSchema } from './schemas.ts';
export { DOCUMENTED, openApiDocument, type Section } from './openapi/document.ts';
export { INTERVAL_SECONDS as RATE_LIMIT_INTERVAL_SECONDS, LIMITS as RATE_LIMITS } from './rate-limit.ts';
export { API_BASE_PATHS } from './versions.ts';
export { openApiPath } from './openapi/path.ts';
export { createPublicDocuments, PUBLIC_PREFIX, type PublicDocument } from './public-documents.ts';
export { buildServer, serviceVersion, type ServerOptions } from './server.ts';
export { parseTarget } from './target.ts';
