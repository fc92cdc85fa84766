import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Id } from '../kernel/ids.ts';
import { canonicalAddress } from '../kernel/ip-address.ts';
import { requireAccessList, requireListedAddress } from './auth/access-list.ts';
import { requireAccess, type OrganizationOf } from './auth/access.ts';
import { authenticate, type Authenticator } from './auth/authenticator.ts';
import { badRequest, rateLimited, uriTooLong } from './errors.ts';
import { isHost, type PublicUrl } from './base-url.ts';
import type { Caller, Operation, OperationVersion } from './operation.ts';
import { checkPathParameters } from './path-parameters.ts';
import { presentationOf, type Presentation } from './query-flags.ts';
import type { RateLimiter, RateLimitVerdict } from './rate-limit.ts';
import { SECURITY_HEADERS } from './reply.ts';
import { parseTarget, type Target } from './target.ts';
import { chooseVersion, isOldApi, supersededHeaders, type Api } from './versions.ts';

const MAX_TARGET_BYTES = 8192;

/** The credentials are missing or wrong. The answer is always a challenge. */
export class Unauthenticated extends Error {
  /** The values of `WWW-Authenticate`. */
  readonly challenges: readonly string[];

  constructor(challenges: readonly string[]) {
    super('the request has no valid credentials');
    this.name = 'Unauthenticated';
    this.challenges = challenges;
  }
}

/** A request with a known caller. */
export interface Identified {
  readonly caller: Caller;
  /** The canonical address of the client; undefined if a proxy reports none that is valid. */
  readonly address: string | undefined;
  readonly target: Target;
  readonly presentation: Presentation;
  /** The beginning of absolute links, before the base path of the API. */
  readonly baseUrl: string;
}

/** A request that its handler may answer after the body was read. */
export interface Admitted extends Identified {
  /** The organization that the operation acts on. */
  readonly orgId: Id;
  readonly version: OperationVersion;
  /** The decoded parameters of the path. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface AdmissionOptions {
  readonly authenticators: readonly Authenticator[];
  readonly organizationOf: OrganizationOf;
  /** Is told of every request of a known caller. */
  readonly recordUse: RecordUse | undefined;
  readonly rateLimiter: RateLimiter;
  /** False: the Ratelimit headers are sent, but no request is refused. */
  readonly enforceRateLimits: boolean;
  /** Undefined: links start with the Host header. */
  readonly publicUrl: PublicUrl | undefined;
  /** The value of X-Mongodb-Service-Version. */
  readonly serviceVersion: string;
}

/** Counts a request of a caller. @param address of the client; undefined if it is unknown. */
export type RecordUse = (caller: Caller, address: string | undefined) => void;

/** The checks of a request that come before its body is read. */
export interface Admission {
  /**
   * Authenticates the caller, sets the common headers, parses the target, and checks the caller's access list.
   * @throws Unauthenticated, ApiError
   */
  identify(request: FastifyRequest, reply: FastifyReply): Promise<Identified>;
  /**
   * Identifies the caller, chooses the version, then checks the path, the caller's roles and the rate limit. Sets the
   * headers of the version and of the rate limit.
   * @param route.versions the versions in this API, oldest first.
   * @throws Unauthenticated, ApiError
   */
  admit(
    route: { readonly api: Api; readonly operation: Operation; readonly versions: readonly OperationVersion[] },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Admitted>;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { authenticators, organizationOf, rateLimiter, enforceRateLimits, publicUrl } = options;

  const identify: Admission['identify'] = async (request, reply) => {
    const rawTarget = request.raw.url ?? '/';
    const verdict = await authenticate(authenticators, {
      method: request.raw.method ?? '',
      target: rawTarget,
      pathPrefix: publicUrl?.pathPrefix ?? '',
      authorization: request.headers.authorization,
    });
    if (!('caller' in verdict)) throw new Unauthenticated(verdict.challenges);
    void reply.headers({
      ...SECURITY_HEADERS,
      'x-mongodb-service-version': options.serviceVersion,
      'x-request-id': request.id,
    });
    if (rawTarget.length > MAX_TARGET_BYTES) throw uriTooLong(MAX_TARGET_BYTES);
    const target = parseTarget(rawTarget);
    const presentation = presentationOf(target.query);
    const address = canonicalAddress(request.ip);
    requireListedAddress(verdict.caller, address);
    options.recordUse?.(verdict.caller, address);
    return { caller: verdict.caller, address, target, presentation, baseUrl: baseUrlOf(request, publicUrl) };
  };

  return {
    identify,
    async admit({ api, operation, versions }, request, reply) {
      const identified = await identify(request, reply);
      const { caller, target } = identified;
      const version = chooseVersion(api, versions, request.headers.accept);
      void reply.headers(supersededHeaders(version));
      const parameters = stringParameters(request.params);
      checkPathParameters(api, target.path, parameters);
      requireAccessList(operation, caller, parameters);
      const orgId = await requireAccess(operation.access, caller, parameters, organizationOf);

      const owner = parameters['groupId'] ?? parameters['orgId'] ?? caller.id;
      const verdict = rateLimiter.take(operation.rateLimit, owner);
      if (!isOldApi(api) && api !== 'private') void reply.headers(rateLimitHeaders(verdict));
      if (enforceRateLimits && !verdict.allowed) {
        void reply.header('retry-after', String(verdict.retryAfterSeconds));
        const { retryAfterSeconds, capacity, refill, intervalSeconds } = verdict;
        throw rateLimited(readablePath(target.path), retryAfterSeconds, capacity, refill, intervalSeconds);
      }
      return { ...identified, orgId, version, parameters };
    },
  };
}

/** Path parameters as Fastify decoded them. */
function stringParameters(parameters: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(Object(parameters) as object);
  return Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

function baseUrlOf(request: FastifyRequest, publicUrl: PublicUrl | undefined): string {
  if (publicUrl !== undefined) return publicUrl.origin + publicUrl.pathPrefix;
  const host = request.headers.host;
  if (host === undefined || !isHost(host)) throw badRequest();
  return `http://${host}`;
}

function rateLimitHeaders({ capacity, remaining }: RateLimitVerdict): Readonly<Record<string, string>> {
  return { 'ratelimit-limit': String(capacity), 'ratelimit-remaining': String(remaining) };
}

// Decoding cannot fail, because the router has already decoded every part of the path.
function readablePath(path: string): string {
  return decodeURIComponent(path.replace(/^\/+/, ''));
}
