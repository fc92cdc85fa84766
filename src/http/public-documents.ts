import type { FastifyInstance } from 'fastify';
import type { JsonObject } from '../kernel/json.ts';
import type { Logger } from '../kernel/logger.ts';
import { answerError } from './failure.ts';
import type { OperationVersion } from './operation.ts';
import { presentationOf } from './query-flags.ts';
import { SECURITY_HEADERS, send, successReply } from './reply.ts';
import { parseTarget } from './target.ts';
import { API_BASE_PATHS, chooseVersion, contentType } from './versions.ts';

/** The prefix of the plugin. */
export const PUBLIC_PREFIX = `${API_BASE_PATHS.v2}/unauth`;

/** A document of v2 that everybody may read. */
export interface PublicDocument {
  /** Below PUBLIC_PREFIX. */
  readonly path: `/${string}`;
  readonly version: OperationVersion['version'];
  readonly body: JsonObject;
}

export interface PublicDocumentsOptions {
  readonly documents: readonly PublicDocument[];
  /** The value of X-Mongodb-Service-Version. */
  readonly serviceVersion: string;
  readonly logger: Logger;
}

/** Creates the Fastify plugin for PUBLIC_PREFIX, which needs no credentials. */
export function createPublicDocuments(options: PublicDocumentsOptions): (scope: FastifyInstance) => Promise<void> {
  const { documents, logger } = options;
  return async (scope) => {
    scope.setErrorHandler((error, request, reply) => answerError(error, request, reply, { logger, bodyLimitBytes: 0 }));
    for (const { path, version, body } of documents) {
      const answer = { status: 200, body };
      const versions = [{ version }];
      scope.get(path, async (request, reply) => {
        const presentation = presentationOf(parseTarget(request.originalUrl).query);
        const chosen = chooseVersion('v2', versions, request.headers.accept);
        void reply.headers({ ...SECURITY_HEADERS, 'x-mongodb-service-version': options.serviceVersion });
        return send(reply, successReply('v2', answer, contentType(chosen.version), presentation));
      });
    }
    await Promise.resolve();
  };
}
