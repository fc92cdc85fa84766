import type { FastifyInstance, FastifyReply } from 'fastify';

const TEXT = 'Nothing is served here. The API starts at /api/atlas/v2 and /api/atlas/v1.0.\n';

/** Answers a path outside the API that nobody serves. */
export function answerNotFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .headers({ 'content-type': 'text/plain;charset=utf-8', 'x-content-type-options': 'nosniff' })
    .send(TEXT);
}

/** The not-found handler of the server. It stands in a scope of its own, because its hook is for no route. */
export async function notFound(scope: FastifyInstance): Promise<void> {
  // In a hook, because the handler would be called only after the body was read.
  scope.addHook('onRequest', async (_request, reply) => await answerNotFound(reply));
  scope.setNotFoundHandler(() => undefined);
  await Promise.resolve();
}
