import type { FastifyInstance } from 'fastify';
import { DOCUMENTED, openApiDocument, type Section } from '../http/index.ts';

/** The prefix of the plugin. */
export const REFERENCE_PREFIX = '/openapi';

export interface ReferenceOptions {
  readonly sections: readonly Section[];
  readonly productVersion: string;
  readonly publicUrl: string | undefined;
}

/** Creates the Fastify plugin for REFERENCE_PREFIX: the OpenAPI document of each version of the API. It asks for no credentials. */
export function createReference(options: ReferenceOptions): (scope: FastifyInstance) => Promise<void> {
  return async (scope) => {
    for (const version of DOCUMENTED) {
      const document = JSON.stringify(openApiDocument({ ...options, version }));
      scope.get(`/${version}.json`, async (_request, reply) =>
        reply.type('application/json').header('x-content-type-options', 'nosniff').send(document),
      );
    }
    await Promise.resolve();
  };
}
