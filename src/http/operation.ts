import type { Static, TSchema } from 'typebox';
import type { Id } from '../kernel/ids.ts';
import type { Json } from '../kernel/json.ts';
import type { PageRequest } from '../kernel/page.ts';
import type { Query } from './target.ts';

/** A role that a caller holds, in an organization or in a project. */
export interface RoleAssignment {
  readonly roleName: string;
  readonly orgId?: Id;
  readonly groupId?: Id;
}

/** Who sends a request, as an authenticator has found out. Each kind has the fields of `CallerIdentity`. */
export type Caller = ApiKeyCaller;

export interface ApiKeyCaller extends CallerIdentity {
  readonly kind: 'apiKey';
  readonly publicKey: string;
}

interface CallerIdentity {
  /** Of the caller itself, whatever its kind. */
  readonly id: Id;
  /** The organization that the caller belongs to. */
  readonly orgId: Id;
  readonly roles: readonly RoleAssignment[];
}

/** Roles that let a caller in: one of them is enough; roles that include others are known to auth/roles.ts. */
export type Access =
  | { readonly scope: 'authenticated' }
  | { readonly scope: 'organization'; readonly anyOf: readonly string[] }
  | { readonly scope: 'group'; readonly anyOf: readonly string[] };

/** The token buckets of the Atlas Administration API, whose capacities and refills per 60 s are in `rate-limit.ts`. */
export type RateLimitSet =
  'cloudBackups' | 'cloudProviderAccess' | 'clusters' | 'groups' | 'orgs' | 'listOrgs' | 'root';

/** The page that a request asks for, in Atlas's words. */
export interface PageQuery extends PageRequest {
  /** From 1. */
  readonly pageNum: number;
  readonly includeCount: boolean;
}

/** One decoded request. Paths and their ids are checked; the caller may what the operation does. */
export interface ApiRequest<Body = undefined> {
  readonly api: 'v1.0' | 'v2' | 'longshore';
  readonly caller: Caller;
  /** Path parameters; those named …Id are well-formed ids already. */
  param(name: string): string;
  /** First value of a query parameter. */
  query(name: string): string | undefined;
  /** From pageNum, itemsPerPage, includeCount; refuses bad values. */
  page(): PageQuery;
  readonly body: Body;
  /** What was asked for: absolute URL without the query, and the query in the client's order. */
  readonly url: { readonly path: string; readonly query: Query };
  /** Absolute URL of a path below this API's base: `link('/groups/…')` is `http://host/api/atlas/v2/groups/…`. */
  link(path: string): string;
}

/** What makes absolute URLs for a document: the request that it answers. */
export type Links = Pick<ApiRequest<unknown>, 'link'>;

export interface ApiReply {
  readonly status: number;
  /** Absent on 204. Keys stand in the order of the wire. */
  readonly body?: Json;
}

/** `1.0` of the old API, or a dated resource version of v2, or the version of Longshore's own extension API. */
export interface OperationVersion {
  readonly version: 'v1.0' | 'longshore-v1' | `${number}-${number}-${number}`;
  /** HTTP dates of the headers that a superseded version carries. */
  readonly superseded?: { readonly deprecation: string; readonly sunset: string };
  /** Absent: the operation takes no body. */
  readonly body?: TSchema;
  handle(request: ApiRequest<unknown>): Promise<ApiReply>;
}

/** One Atlas operation, in all the versions that are served. Paths are Fastify's: `/groups/:groupId/…`. */
export interface Operation {
  /** Atlas's operationId (or Longshore's own for the extension API). */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/${string}` | '';
  readonly access: Access;
  readonly rateLimit: RateLimitSet;
  readonly versions: readonly OperationVersion[];
}

type VersionName = OperationVersion['version'];

interface Handling<Body> {
  readonly superseded?: NonNullable<OperationVersion['superseded']>;
  handle(request: ApiRequest<Body>): Promise<ApiReply>;
}

interface HandlingBody<Schema extends TSchema> extends Handling<Static<Schema>> {
  readonly body: Schema;
}

/** An operation version whose handler gets a body of the schema's type. */
export function version<Schema extends TSchema>(
  definition: { readonly version: VersionName } & HandlingBody<Schema>,
): OperationVersion;
export function version(definition: { readonly version: VersionName } & Handling<undefined>): OperationVersion;
export function version(definition: OperationVersion): OperationVersion {
  return definition;
}

/** Several versions of an operation that one handler serves, each as `version` would give it. */
export function versions<Schema extends TSchema>(
  names: readonly VersionName[],
  definition: HandlingBody<Schema>,
): readonly OperationVersion[];
export function versions(names: readonly VersionName[], definition: Handling<undefined>): readonly OperationVersion[];
export function versions(
  names: readonly VersionName[],
  definition: Omit<OperationVersion, 'version'>,
): readonly OperationVersion[] {
  return names.map((name) => ({ ...definition, version: name }));
}
