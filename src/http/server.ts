import { fastify, type FastifyInstance } from 'fastify';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { silentLogger, type Logger } from '../kernel/logger.ts';
import { createAdmission } from './admission.ts';
import { createApiPlugin } from './api-plugin.ts';
import type { OrganizationOf } from './auth/access.ts';
import type { Authenticator } from './auth/authenticator.ts';
import { parsePublicUrl } from './base-url.ts';
import { answerClientError } from './client-error.ts';
import type { Operation } from './operation.ts';
import { answerNotFound, notFound } from './not-found.ts';
import { createRateLimiter } from './rate-limit.ts';
import { parseTarget } from './target.ts';
import { API_PREFIX } from './versions.ts';

export interface ServerOptions {
  readonly operations: readonly Operation[];
  /** The schemes of the Authorization header that let callers of the API in. */
  readonly authenticators: readonly Authenticator[];
  /** The organization of a project: roles of an organization count in its projects. */
  readonly organizationOf: OrganizationOf;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** What clients call this server; when absent, links start with each request's Host header. */
  readonly publicUrl?: string;
  readonly productVersion: string;
  /** 40 hex digits of the commit that was built; git's null name when absent. */
  readonly gitHash?: string;
  /** False: the Ratelimit headers are sent, and nobody is refused. */
  readonly enforceRateLimits?: boolean;
  /** 1 MiB when absent. */
  readonly bodyLimitBytes?: number;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
/** A whole request must be there within this time, its headers within the other; slower clients hold a socket for nothing. */
const REQUEST_TIMEOUT_MS = 60_000;
const HEADERS_TIMEOUT_MS = 20_000;

/**
 * A Fastify instance that does not listen yet: `app.listen()` serves it, `app.inject()` tests it, `app.close()` ends it after
 * the requests that are under way. The API stands under API_PREFIX; plugins with other prefixes may be registered beside it.
 * A path that belongs to none of them answers a plain 404, without a challenge.
 * @throws AppError `INVALID_PUBLIC_URL`
 */
export function buildServer(options: ServerOptions): FastifyInstance {
  const { clock, logger = silentLogger, bodyLimitBytes = BODY_LIMIT_BYTES } = options;
  const publicUrl = options.publicUrl === undefined ? undefined : parsePublicUrl(options.publicUrl);
  const admission = createAdmission({
    authenticators: options.authenticators,
    organizationOf: options.organizationOf,
    rateLimiter: createRateLimiter(clock),
    enforceRateLimits: options.enforceRateLimits ?? true,
    publicUrl,
    serviceVersion: `gitHash=${options.gitHash ?? '0'.repeat(40)}; versionString=${options.productVersion}`,
  });
  const api = createApiPlugin({ operations: options.operations, admission, logger, bodyLimitBytes });

  const app = fastify({
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false },
    return503OnClosing: false,
    routerOptions: {
      ignoreTrailingSlash: true,
      // No parameter is longer than a whole header block.
      maxParamLength: MAX_HEADER_BYTES,
      // The query is parsed where it is needed, in the client's order.
      querystringParser: () => ({}),
    },
    genReqId: () => newId(clock.now()),
    clientErrorHandler: answerClientError,
    // What the router cannot decode reaches no route.
    frameworkErrors: (_error, request, reply) => {
      const { path } = parseTarget(request.originalUrl);
      if (path === API_PREFIX || path.startsWith(`${API_PREFIX}/`)) void api.refusePath(request, reply);
      else answerNotFound(reply);
    },
  });
  // An expectation other than 100-continue may be ignored (RFC 9110 section 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('onResponse', async (request, reply) => {
    const { caller } = request.admitted ?? {};
    logger.info('request answered', {
      requestId: request.id,
      method: request.method,
      path: parseTarget(request.originalUrl).path,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...(caller === undefined ? {} : { publicKey: caller.publicKey }),
    });
  });

  void app.register(api.load, { prefix: API_PREFIX });
  void app.register(notFound);
  return app;
}
