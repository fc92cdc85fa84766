import type { Static, TSchema } from 'typebox';
import type { Id } from '../kernel/ids.ts';
import type { AddressBlock } from '../kernel/ip-address.ts';
import type { Json } from '../kernel/json.ts';
import type { PageRequest } from '../kernel/page.ts';
import type { Query } from './target.ts';

/** A role that a caller holds, in an organization or in a project. */
export interface RoleAssignment {
  readonly roleName: string;
  readonly orgId?: Id;
  readonly groupId?: Id;
}

/** The sender of a request, as an authenticator has verified it. Each kind has the fields of `CallerIdentity`. */
export type Caller = ApiKeyCaller | ServiceAccountCaller;

export interface ApiKeyCaller extends CallerIdentity {
  readonly kind: 'apiKey';
  readonly publicKey: string;
}

export interface ServiceAccountCaller extends CallerIdentity {
  readonly kind: 'serviceAccount';
  /** `mdb_sa_id_` and the id. */
  readonly clientId: string;
}

interface CallerIdentity {
  /** The id of the caller itself, such as the API key's id. */
  readonly id: Id;
  /** The organization that the caller belongs to. */
  readonly orgId: Id;
  readonly roles: readonly RoleAssignment[];
  /** The addresses that requests of the caller may come from; empty: all addresses. */
  readonly accessList: readonly AddressBlock[];
  /** Whether the organization refuses callers without an access list. */
  readonly accessListRequired: boolean;
}

/** The condition for calling an operation. One role of `anyOf` is enough; auth/roles.ts knows which roles include others. */
export type Access =
  | { readonly scope: 'authenticated' }
  | {
      readonly scope: 'organization';
      readonly anyOf: readonly string[];
      /** The API key that the path names (`:apiUserId`) needs no role. */
      readonly orApiKeyItself?: true;
    }
  /** A role in the organization of the project that the path names. */
  | { readonly scope: 'organizationOfGroup'; readonly anyOf: readonly string[] }
  | { readonly scope: 'group'; readonly anyOf: readonly string[] };

/** The rate limit sets of the Atlas Administration API. rate-limit.ts has their capacities and refills. */
export type RateLimitSet =
  'cloudBackups' | 'cloudProviderAccess' | 'clusters' | 'groups' | 'orgs' | 'listOrgs' | 'orgSettings' | 'root';

/** The page that a request asks for, with Atlas's parameters. */
export interface PageQuery extends PageRequest {
  /** Starts at 1. */
  readonly pageNum: number;
  readonly includeCount: boolean;
}

/** A decoded request. The path and its ids are checked, and the caller has a role for the operation. */
export interface ApiRequest<Body = undefined> {
  readonly api: 'v1.0' | 'v1.5' | 'v2' | 'longshore' | 'private';
  readonly caller: Caller;
  /** Returns a path parameter. A parameter named `…Id` is a well-formed id. */
  param(name: string): string;
  /** Returns the first value of a query parameter. @throws Error if the operation does not name the parameter. */
  query(name: string): string | undefined;
  /**
   * Parses a query parameter that is `true` or `false`. @param fallback the value of an absent one.
   * @throws ApiError `INVALID_QUERY_PARAMETER` @throws Error if the operation does not name the parameter.
   */
  flag(name: string, fallback: boolean): boolean;
  /** Parses pageNum, itemsPerPage and includeCount. @throws ApiError `INVALID_QUERY_PARAMETER` @throws Error if the answer is no page */
  page(): PageQuery;
  readonly body: Body;
  /**
   * Returns the body of an operation that takes a stream. It can be read once. An unread rest is discarded. @throws
   * Error if the operation takes no stream
   */
  bytes(): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** The canonical address of the client; undefined if a proxy reports none that is valid. */
  readonly address: string | undefined;
  /** The absolute URL of the request without the query, and the query in the client's order. */
  readonly url: { readonly path: string; readonly query: Query };
  /** Returns the absolute URL of a path below the API's base: `link('/groups/…')` is `http://host/api/atlas/v2/groups/…`. */
  link(path: string): string;
  /** Returns the absolute URL of a path beside the API: `linkBeside('/downloads/…')` is `http://host/downloads/…`. */
  linkBeside(path: string): string;
}

/** Makes the absolute URLs of a document. The request that the document answers is one. */
export type Links = Pick<ApiRequest<unknown>, 'link'>;

/** What an operation version answers if it succeeds. The OpenAPI document shows it, and tests compare every answer with it. */
export interface Answer {
  /** Undefined: the version refuses every request. */
  readonly status: 200 | 201 | 202 | 204 | undefined;
  /** Absent: the answer has no body. */
  readonly body?: TSchema;
  /** The answer is a page of a list, so that the request has the parameters of `page()`. */
  readonly isPage?: true;
}

export interface ApiReply {
  readonly status: number;
  /** Absent for 204. Keys are in wire order. */
  readonly body?: Json;
}

/** One version of an operation: of the old API, a dated resource version of v2 or its preview, of Longshore's extension API, or of Atlas's private API. */
export interface OperationVersion {
  readonly version: 'v1.0' | 'v1.5' | 'longshore-v1' | 'private' | 'preview' | `${number}-${number}-${number}`;
  /** The HTTP dates of the Deprecation and Sunset headers. Only a superseded version has them, and not each has a Sunset. */
  readonly superseded?: { readonly deprecation: string; readonly sunset?: string };
  /** Absent: the operation takes no body. */
  readonly body?: TSchema;
  readonly answers: Answer;
  handle(request: ApiRequest<unknown>): Promise<ApiReply>;
}

/** The name of an event, with Atlas's names where Atlas has one: `API_KEY_CREATED`. */
export type EventTypeName = Uppercase<string>;

/** One operation of the API, with all served versions. Paths are in Fastify's form: `/groups/:groupId/…`. */
export type Operation = ReadingOperation | ChangingOperation;

interface ReadingOperation extends OperationFacts {
  readonly method: 'GET';
}

interface ChangingOperation extends OperationFacts {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The event that the transaction of the change records. Undefined for a request that can change nothing. */
  readonly event: EventTypeName | undefined;
}

interface OperationFacts {
  /** Atlas's operationId. Operations of the extension API have ids of our own. */
  readonly id: string;
  /** What the operation does, as a sentence without a full stop: `Returns one export bucket`. */
  readonly summary: string;
  readonly path: `/${string}` | '';
  readonly access: Access;
  /** The operation manages the access list of the caller that the path names, so that this caller may call it without a list. */
  readonly managesAccessList?: true;
  readonly rateLimit: RateLimitSet;
  /** The body is a stream of bytes, of any length and as slow as it is (`application/octet-stream`); no version has a schema. */
  readonly takesStream?: true;
  /** The values of the path parameters that have a fixed set of them, for the documents. The handler checks them. */
  readonly pathValues?: Readonly<Record<string, readonly string[]>>;
  /** The parameters of the query that are the operation's own. All of them are optional. */
  readonly query?: Readonly<Record<string, TSchema>>;
  /** The state of something can forbid the change, which is then refused with 409. */
  readonly conflicts?: true;
  readonly versions: readonly OperationVersion[];
}

type VersionName = OperationVersion['version'];

interface Handling<Body> {
  readonly answers: Answer;
  readonly superseded?: NonNullable<OperationVersion['superseded']>;
  handle(request: ApiRequest<Body>): Promise<ApiReply>;
}

interface HandlingBody<Schema extends TSchema> extends Handling<Static<Schema>> {
  readonly body: Schema;
}

/** Defines an operation version. The handler receives a body of the schema's type. */
export function version<Schema extends TSchema>(
  definition: { readonly version: VersionName } & HandlingBody<Schema>,
): OperationVersion;
export function version(definition: { readonly version: VersionName } & Handling<undefined>): OperationVersion;
export function version(definition: OperationVersion): OperationVersion {
  return definition;
}

/** Defines several versions that share one handler. Each equals the result of `version`. */
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
