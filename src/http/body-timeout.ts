import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerClientError } from './client-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is taken as a stream of any length. */
    takesStream?: boolean;
  }
}

export interface BodyTimeouts {
  /** A whole body must be there within this time: a slower client holds a socket for nothing. */
  readonly wholeBodyMs: number;
  /** A streamed body takes as long as it takes, but a connection may not be silent for longer. */
  readonly silenceMs: number;
}

/** Answers 408 if a body does not arrive in time. Node's own limit would apply to streamed bodies, too. */
export function limitBodyTime(app: FastifyInstance, { wholeBodyMs, silenceMs }: BodyTimeouts): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    if (request.routeOptions.config.takesStream === true) raw.setTimeout(silenceMs);
    else if (hasBody(request)) {
      const timer = setTimeout(() => endLate(request, reply), wholeBodyMs).unref();
      raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    }
    done();
  });
}

/** A request that was refused before its body was read is answered already. */
function endLate({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) raw.destroy();
  else
    answerClientError(Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
