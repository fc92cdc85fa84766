import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../kernel/logger.ts';
import { allowedMethods, createPathFinder } from './allowed-methods.ts';
import type { Admission } from './admission.ts';
import type { OrganizationOf } from './auth/access.ts';
import type { RecordChange } from './change.ts';
import { groupNotFound, methodNotAllowed, pathParameterMalformed, resourceNotFound } from './errors.ts';
import { answerError } from './failure.ts';
import type { Interfere } from './interference.ts';
import type { Operation } from './operation.ts';
import { addRoutes, checkAccess, METHODS } from './routes.ts';

export interface ApiPluginOptions {
  readonly operations: readonly Operation[];
  readonly admission: Admission;
  readonly organizationOf: OrganizationOf;
  readonly recordChange: RecordChange;
  readonly interfere: Interfere | undefined;
  readonly logger: Logger;
  readonly bodyLimitBytes: number;
}

/** The API as a Fastify plugin for API_PREFIX. Every answer, also of an error, is a document of Atlas's contract. */
export interface ApiPlugin {
  readonly load: (scope: FastifyInstance) => Promise<void>;
  /** Refuses a request below the prefix whose path the router cannot decode, because such a request reaches no route. */
  refusePath(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const PATH_OF_GROUP = /^\/api\/atlas\/[^/]+\/groups\/([0-9a-f]{24})\//;

export function createApiPlugin(options: ApiPluginOptions): ApiPlugin {
  const { operations, admission, organizationOf, recordChange, interfere, logger, bodyLimitBytes } = options;
  checkAccess(operations);
  const operationsOn = createPathFinder(operations);
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    answerError(error, request, reply, { logger, bodyLimitBytes });

  return {
    async load(scope) {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
      scope.setErrorHandler(fail);
      scope.setNotFoundHandler(() => undefined);
      // Before the handler, because Fastify reads the body before it calls the handler.
      scope.addHook('onRequest', async (request, reply) => {
        if (!request.is404) return;
        const { target } = await admission.identify(request, reply);
        const found = METHODS.some((method) => method === request.method) ? [] : operationsOn(target.path);
        if (found.length === 0) {
          // Atlas names a missing project first, and clients know it by that, whichever resource they asked for.
          const [, groupId] = PATH_OF_GROUP.exec(target.path) ?? [];
          if (groupId !== undefined && (await organizationOf(groupId)) === undefined) throw groupNotFound(groupId);
          throw resourceNotFound(target.path);
        }
        void reply.header('allow', allowedMethods(found));
        throw methodNotAllowed(request.method, target.path);
      });
      addRoutes(scope, { admission, recordChange, interfere }, operations);
      await Promise.resolve();
    },

    async refusePath(request, reply) {
      try {
        const { target } = await admission.identify(request, reply);
        throw pathParameterMalformed(target.path);
      } catch (error) {
        fail(error, request, reply);
      }
    },
  };
}
