import { fastify, type FastifyInstance } from 'fastify';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { silentLogger, type Logger } from '../kernel/logger.ts';
import { createAdmission, type RecordUse } from './admission.ts';
import { createApiPlugin } from './api-plugin.ts';
import type { OrganizationOf } from './auth/access.ts';
import type { Authenticator } from './auth/authenticator.ts';
import { callerName } from './auth/caller-name.ts';
import { parsePublicUrl } from './base-url.ts';
import { limitBodyTime, type BodyTimeouts } from './body-timeout.ts';
import { recordNoChange, type RecordChange } from './change.ts';
import { answerClientError } from './client-error.ts';
import { closeIdleConnections } from './idle-connections.ts';
import type { Interfere } from './interference.ts';
import type { Operation } from './operation.ts';
import { answerNotFound, notFound } from './not-found.ts';
import { createRateLimiter } from './rate-limit.ts';
import { parseTarget } from './target.ts';
import { limitUnreadBodies } from './unread-body.ts';
import { API_PREFIX } from './versions.ts';

export interface ServerOptions {
  readonly operations: readonly Operation[];
  /** One authenticator for each accepted scheme of the Authorization header. */
  readonly authenticators: readonly Authenticator[];
  /** Returns the organization of a project, because roles of an organization count in its projects. */
  readonly organizationOf: OrganizationOf;
  /** Is told of every request of a known caller; absent: nobody is. */
  readonly recordUse?: RecordUse;
  /**
   * The proxies whose X-Forwarded-For header is believed: addresses and blocks in CIDR notation. Absent: none, so that the client's
   * address is that of the connection.
   */
  readonly trustedProxies?: readonly string[];
  /** Records the changes that callers make; absent: nothing is recorded. */
  readonly recordChange?: RecordChange;
  /** Runs before each admitted request is handled; absent: nothing does. */
  readonly interfere?: Interfere | undefined;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** The URL of this server for clients; absent: links start with the Host header of the request. */
  readonly publicUrl?: string;
  readonly productVersion: string;
  /** The commit of this build as 40 hex digits; absent: 40 zeros. */
  readonly gitHash?: string;
  /** False: the Ratelimit headers are sent, but no request is refused. Absent: true. */
  readonly enforceRateLimits?: boolean;
  /** The largest body; absent: 1 MiB. */
  readonly bodyLimitBytes?: number;
  /** A minute for a whole body, and five without a byte of a streamed one, when absent. */
  readonly bodyTimeouts?: BodyTimeouts;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
/** The part of a body that is taken after its request was refused. Most clients then send their credentials on the same connection. */
const UNREAD_BODY_BYTES = 16 * 1024 * 1024;
/** The limits for receiving headers and bodies, because a slow client must not hold a socket for ever. */
const HEADERS_TIMEOUT_MS = 20_000;
const BODY_TIMEOUTS: BodyTimeouts = { wholeBodyMs: 60_000, silenceMs: 5 * 60_000 };

/**
 * Creates a Fastify instance that does not listen yet. `app.listen()` starts it, `app.inject()` tests it, and `app.close()`
 * ends it after the running requests. The API has the prefix API_PREFIX. Plugins with other prefixes may be registered
 * beside it. A path of no plugin answers a plain 404 without a challenge.
 * @throws AppError `INVALID_PUBLIC_URL`
 */
export function buildServer(options: ServerOptions): FastifyInstance {
  const { clock, logger = silentLogger, bodyLimitBytes = BODY_LIMIT_BYTES } = options;
  const publicUrl = options.publicUrl === undefined ? undefined : parsePublicUrl(options.publicUrl);
  const { operations, organizationOf, recordChange = recordNoChange, interfere } = options;
  const admission = createAdmission({
    authenticators: options.authenticators,
    organizationOf,
    recordUse: options.recordUse,
    rateLimiter: createRateLimiter(clock),
    enforceRateLimits: options.enforceRateLimits ?? true,
    publicUrl,
    serviceVersion: serviceVersion(options.productVersion, options.gitHash),
  });
  const api = createApiPlugin({
    operations,
    admission,
    organizationOf,
    recordChange,
    interfere,
    logger,
    bodyLimitBytes,
  });

  const { trustedProxies = [] } = options;
  const app = fastify({
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: bodyLimitBytes,
    // Bodies have limits of their own.
    requestTimeout: 0,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
    return503OnClosing: false,
    routerOptions: {
      ignoreTrailingSlash: true,
      // No parameter can exceed this limit, because the header block contains the target.
      maxParamLength: MAX_HEADER_BYTES,
      // parseTarget parses the query, because links need the client's order.
      querystringParser: () => ({}),
    },
    genReqId: () => newId(clock.now()),
    clientErrorHandler: answerClientError,
    // The router could not decode the path, so no route was found.
    frameworkErrors: (_error, request, reply) => {
      const { path } = parseTarget(request.originalUrl);
      if (path === API_PREFIX || path.startsWith(`${API_PREFIX}/`)) void api.refusePath(request, reply);
      else answerNotFound(reply);
    },
  });
  // The server ignores expectations other than 100-continue, as RFC 9110 section 10.1.1 permits.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  limitBodyTime(app, options.bodyTimeouts ?? BODY_TIMEOUTS);
  limitUnreadBodies(app, UNREAD_BODY_BYTES);
  closeIdleConnections(app);
  app.addHook('onResponse', async (request, reply) => {
    const { caller } = request.admitted ?? {};
    logger.debug('request answered', {
      requestId: request.id,
      method: request.method,
      path: parseTarget(request.originalUrl).path,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...(caller === undefined ? {} : { [caller.kind === 'apiKey' ? 'publicKey' : 'clientId']: callerName(caller) }),
    });
  });

  void app.register(api.load, { prefix: API_PREFIX });
  void app.register(notFound);
  return app;
}

/** The value of the header X-Mongodb-Service-Version. @param gitHash 40 hex digits; absent: 40 zeros. */
export function serviceVersion(productVersion: string, gitHash = '0'.repeat(40)): string {
  return `gitHash=${gitHash}; versionString=${productVersion}`;
}
