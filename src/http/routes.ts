import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { allowedMethods } from './allowed-methods.ts';
import type { Admission, Admitted } from './admission.ts';
import { createBodyDecoder, type BodyDecoder } from './body.ts';
import type { RecordChange } from './change.ts';
import { methodNotAllowed, unsupportedStreamType } from './errors.ts';
import type { ApiReply, ApiRequest, Operation, OperationVersion } from './operation.ts';
import type { Interfere } from './interference.ts';
import { parsePage } from './paging.ts';
import { queryFlag } from './query-flags.ts';
import { send, successReply } from './reply.ts';
import { API_BASE_PATHS, API_PREFIX, APIS, contentType, servedBy, versionsOf, type Api } from './versions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set after the request was admitted. */
    admitted: Admitted | undefined;
  }
}

/** The methods that HTTP clients use. Every path answers 405 for any other method. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const STREAM_TYPE = 'application/octet-stream';

/** What all routes share. */
export interface Serving {
  readonly admission: Admission;
  readonly recordChange: RecordChange;
  readonly interfere: Interfere | undefined;
}

/**
 * Checks that the path of every operation of group scope names a project.
 * @throws Error before Fastify loads plugins, because a wrong operation is a defect and the server must not start.
 */
export function checkAccess(operations: readonly Operation[]): void {
  for (const { id, path, access } of operations) {
    const inGroup = access.scope === 'group' || access.scope === 'organizationOfGroup';
    if (inGroup && !path.startsWith('/groups/:groupId')) {
      throw new Error(`${id} asks for a role in a project that its path ${path} does not name`);
    }
  }
}

/**
 * Adds the routes of all operations in every API that has a version of them. Other methods of a path answer 405.
 * @param app a scope with the prefix API_PREFIX.
 */
export function addRoutes(app: FastifyInstance, serving: Serving, operations: readonly Operation[]): void {
  app.decorateRequest('admitted');
  for (const api of APIS) {
    const served = servedBy(api, operations);
    for (const operation of served) {
      if (operation.takesStream !== true) addRoute(app, serving, api, operation);
      else void app.register(async (scope) => addStreamRoute(scope, serving, api, operation));
    }
    for (const path of Map.groupBy(served, ({ path }) => path.replaceAll(/:\w+/g, ':')).values()) {
      addMethodNotAllowed(app, serving.admission, api, path);
    }
  }
}

function belowPrefix(api: Api): string {
  return API_BASE_PATHS[api].slice(API_PREFIX.length);
}

function addRoute(app: FastifyInstance, serving: Serving, api: Api, operation: Operation): void {
  const { admission } = serving;
  const versions = versionsOf(api, operation.versions);
  const decoders = new Map<OperationVersion, BodyDecoder>(
    versions.map((version) => [version, createBodyDecoder(version)]),
  );
  const { takesStream = false } = operation;
  app.route({
    method: operation.method,
    url: belowPrefix(api) + operation.path,
    config: { takesStream },
    onRequest: async (request, reply) => {
      request.admitted = await admission.admit({ api, operation, versions }, request, reply);
    },
    handler: async (request, reply) => {
      const { admitted } = request;
      if (admitted === undefined) throw new Error('a request reached its handler without admission');
      const { version, presentation, target } = admitted;
      const body = decoders.get(version)?.({
        bytes: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
        contentType: request.headers['content-type'],
        contentEncoding: request.headers['content-encoding'],
      });
      const refusal = await serving.interfere?.(operation.id, target.path.replace(/^\/+/, ''));
      if (refusal !== undefined) {
        void reply.headers(refusal.headers);
        throw refusal.error;
      }
      const handled = recorded(serving, operation, admitted, () =>
        version.handle(apiRequest(api, operation, admitted, request, body)),
      );
      const answer = await handled
        // A client reads no answer before it has sent its body.
        .finally(() => takesStream && request.raw.resume());
      void reply.header('x-envoy-upstream-service-time', String(Math.round(reply.elapsedTime)));
      return send(reply, successReply(api, answer, contentType(version.version), presentation));
    },
  });
}

/** @throws Error if the document of the operation would not have the query parameter. */
function requireNamed({ id, query }: Operation, name: string): void {
  if (query?.[name] === undefined) throw new Error(`${id} does not name its parameter ${name}`);
}

/** Handles a request, and has its change recorded if the operation changes anything. */
async function recorded(
  { recordChange }: Serving,
  operation: Operation,
  { caller, address, orgId, parameters }: Admitted,
  handle: () => Promise<ApiReply>,
): Promise<ApiReply> {
  if (operation.method === 'GET' || operation.event === undefined) return await handle();
  const change = { eventTypeName: operation.event, operationId: operation.id, caller, orgId, parameters };
  return await recordChange({ ...change, remoteAddress: address }, handle);
}

/** @param scope of its own, because Fastify reads the bodies of a scope in one way. */
async function addStreamRoute(scope: FastifyInstance, serving: Serving, api: Api, operation: Operation): Promise<void> {
  const open = new Set<IncomingMessage>();
  scope.addHook('preHandler', (request, _reply, done) => {
    open.add(request.raw.once('close', () => open.delete(request.raw)));
    done();
  });
  // A stream may last for hours, and ending the server must not wait for it.
  scope.addHook('preClose', (done) => {
    for (const request of open) request.destroy();
    done();
  });
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(STREAM_TYPE, (_request, payload, done) => done(null, payload));
  addRoute(scope, serving, api, operation);
  await Promise.resolve();
}

/** @throws ApiError `UNSUPPORTED_MEDIA_TYPE` for a request without a body */
function bytesOf(request: FastifyRequest): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const { body } = request;
  if (request.routeOptions.config.takesStream !== true) throw new Error('the operation takes no stream');
  if (!(body instanceof Readable)) throw unsupportedStreamType();
  // Destroying the stream would end the connection before the answer is sent.
  return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array<ArrayBuffer>>;
}

function addMethodNotAllowed(
  app: FastifyInstance,
  admission: Admission,
  api: Api,
  operations: readonly Operation[],
): void {
  const allowed = allowedMethods(operations);
  const refused = METHODS.filter((method) => !allowed.split(', ').includes(method));
  app.route({
    method: refused,
    url: belowPrefix(api) + (operations[0]?.path ?? ''),
    onRequest: async (request, reply) => {
      const { target } = await admission.identify(request, reply);
      void reply.header('allow', allowed);
      throw methodNotAllowed(request.method, target.path);
    },
    handler: () => undefined,
  });
}

function apiRequest(
  api: Api,
  operation: Operation,
  admitted: Admitted,
  request: FastifyRequest,
  body: unknown,
): ApiRequest<unknown> {
  const { caller, address, target, baseUrl, version, parameters } = admitted;
  return {
    api,
    caller,
    address,
    body,
    bytes: () => bytesOf(request),
    param(name) {
      const value = parameters[name];
      if (value === undefined) throw new Error(`the path ${request.routeOptions.url ?? ''} has no parameter ${name}`);
      return value;
    },
    query(name) {
      requireNamed(operation, name);
      return target.query.first(name);
    },
    flag(name, fallback) {
      requireNamed(operation, name);
      return queryFlag(target.query, name, fallback);
    },
    page() {
      if (version.answers.isPage !== true) throw new Error(`${operation.id} reads a page, and answers none`);
      return parsePage(target.query);
    },
    url: { path: baseUrl + target.path.replace(/(?<=.)\/+$/, ''), query: target.query },
    link: (path) => baseUrl + API_BASE_PATHS[api] + path,
    linkBeside: (path) => baseUrl + path,
  };
}
