import type { FastifyInstance, FastifyReply } from 'fastify';

const TEXT = 'Nothing is served here. The API starts at /api/atlas/v2 and /api/atlas/v1.0.\n';

/** Answers 404 in plain text for a path outside the API. */
export function answerNotFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .headers({ 'content-type': 'text/plain;charset=utf-8', 'x-content-type-options': 'nosniff' })
    .send(TEXT);
}

/** Adds the server's not-found handler. Register it in a scope of its own, because its hook must not run for any route. */
export async function notFound(scope: FastifyInstance): Promise<void> {
  // A hook answers because the handler would run only after the body was read.
  scope.addHook('onRequest', async (_request, reply) => await answerNotFound(reply));
  scope.setNotFoundHandler(() => undefined);
  await Promise.resolve();
}
