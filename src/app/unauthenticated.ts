import type { FastifyInstance } from 'fastify';
import { serviceVersion, type PublicDocument } from '../http/index.ts';

/** The prefix of the plugin. */
export const UNAUTH_PREFIX = '/api/private/unauth';

/** The MongoDB version that Atlas gives to new clusters. Clients ask for it before they do anything. */
const DEFAULT_MAJOR_VERSION = '8.0';
const TELEMETRY_LIMIT_BYTES = 1024 * 1024;

/** The addresses of Atlas's own servers in each cloud provider, for firewalls. Longshore has none but its own, which its operator knows. */
export const CONTROL_PLANE_ADDRESSES: PublicDocument = {
  path: '/controlPlaneIPAddresses',
  version: '2023-11-15',
  body: { inbound: { aws: {}, azure: {}, gcp: {} }, outbound: { aws: {}, azure: {}, gcp: {} } },
};

/** Creates the Fastify plugin for UNAUTH_PREFIX: what Atlas answers without credentials. Telemetry is taken and thrown away. */
export function createUnauthenticated(productVersion: string): (scope: FastifyInstance) => Promise<void> {
  return async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: TELEMETRY_LIMIT_BYTES }, (_request, _body, done) =>
      done(null, undefined),
    );
    // The reply is a promise of its end, so a hook that awaited it would wait for ever.
    scope.addHook('onRequest', (_request, reply, done) => {
      void reply.headers({ server: 'mdbws', 'x-mongodb-service-version': serviceVersion(productVersion) });
      done();
    });
    scope.get('/nds/defaultMongoDBMajorVersion', async (_request, reply) =>
      reply.type('text/plain;charset=iso-8859-1').header('vary', 'Accept-Encoding').send(DEFAULT_MAJOR_VERSION),
    );
    scope.get('/version', async (_request, reply) => reply.send());
    scope.post('/telemetry/events', async (_request, reply) => reply.send());
    await Promise.resolve();
  };
}
