import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '../../kernel/errors.ts';

/** One thing that the server needs: its name, and a call that rejects if it does not work. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

/** A probe waits for seconds at most, and a hanging disk must not hold it. */
const CHECK_MS = 5_000;

/**
 * Answers probes without credentials, so the answers name no path and no host. Register it with the prefix `/health`.
 *
 * - `GET /live` answers 200 while the event loop runs.
 * - `GET /ready` answers 200 if all checks pass, otherwise 503. Its body has the error code of each check that failed.
 */
export function createHealth(checks: ReadinessChecks): (scope: FastifyInstance) => Promise<void> {
  return async (scope) => {
    scope.get('/live', async (_request, reply) => await answer(reply, 200, { status: 'live' }));
    scope.get('/ready', async (_request, reply) => {
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const),
      );
      const isReady = results.every(([, outcome]) => outcome === 'ok');
      const body = { status: isReady ? 'ready' : 'notReady', checks: Object.fromEntries(results) };
      return await answer(reply, isReady ? 200 : 503, body);
    });
    await Promise.resolve();
  };
}

async function outcomeOf(check: () => Promise<unknown>): Promise<string> {
  const deadline = Promise.withResolvers<string>();
  const timer = setTimeout(() => deadline.resolve('NO_ANSWER'), CHECK_MS).unref();
  try {
    return await Promise.race([check().then(() => 'ok'), deadline.promise]);
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : 'FAILED';
  } finally {
    clearTimeout(timer);
  }
}

function answer(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply.code(status).headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).send(body);
}
