import type { FastifyInstance, FastifyRequest } from 'fastify';
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

/** Answers 408 where a body does not come in time. Node's own limit would hold for streamed bodies too. */
export function limitBodyTime(app: FastifyInstance, { wholeBodyMs, silenceMs }: BodyTimeouts): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    if (request.routeOptions.config.takesStream === true) raw.setTimeout(silenceMs);
    else if (hasBody(request)) {
      const late = Object.assign(new Error('the body did not come in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      const timer = setTimeout(() => answerClientError(late, raw.socket), wholeBodyMs);
      raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    }
    done();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
