import { createHash, timingSafeEqual } from 'node:crypto';
import { fastify, type FastifyInstance } from 'fastify';
import type { Settings } from '../config.ts';
import { createMetrics, type Metrics, type MetricsDependencies } from './metrics.ts';

/**
 * Serves `/metrics` beside the API if there is a token, and on a server of its own if there is an address for it.
 * @returns the server of its own, which does not listen yet.
 */
export async function addMetrics(
  http: FastifyInstance,
  { metricsToken, metricsListen }: Pick<Settings, 'metricsToken' | 'metricsListen'>,
  deps: MetricsDependencies,
): Promise<FastifyInstance | undefined> {
  if (metricsToken === undefined && metricsListen === undefined) return undefined;
  const metrics = await createMetrics(deps);
  http.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.observeRequest({ method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime });
    done();
  });
  if (metricsToken !== undefined) void http.register(metricsRoute(metrics, metricsToken), { prefix: '/metrics' });
  if (metricsListen === undefined) return undefined;
  const monitor = fastify();
  void monitor.register(metricsRoute(metrics, undefined), { prefix: '/metrics' });
  return monitor;
}

/** @param token undefined: no credentials are asked for. */
function metricsRoute(metrics: Metrics, token: string | undefined): (scope: FastifyInstance) => Promise<void> {
  return async (scope) => {
    scope.get('/', async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      if (token !== undefined && !isSame(request.headers.authorization ?? '', `Bearer ${token}`)) {
        void reply.code(401).header('www-authenticate', 'Bearer').type('text/plain');
        return await reply.send('The token is missing or wrong.\n');
      }
      return await reply.type(metrics.contentType).send(await metrics.text());
    });
    await Promise.resolve();
  };
}

// The hashes have one length, so the time says nothing about the token.
function isSame(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
