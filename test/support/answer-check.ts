import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { Compile } from 'typebox/compile';
import { closedSchema } from '../../src/http/body-schema.ts';
import { openApiPath } from '../../src/http/openapi/path.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/kernel/json.ts';

/** An answer of the server: the path is that of the route, as Fastify has it. */
export interface CheckedAnswer {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Compares answers with OpenAPI documents. An attribute that a schema does not name is a fault, too. */
export function answerCheck(documents: readonly JsonObject[]): (answer: CheckedAnswer) => string | undefined {
  const faults = new Map<JsonObject, (body: Json) => string | undefined>();

  return ({ method, route, status, contentType, body }) => {
    const place = documents.map((document) => ({
      document,
      operation: at(document, 'paths', openApiPath(route), method),
    }));
    const found = place.find(({ operation }) => operation !== undefined);
    if (found?.operation === undefined) return undefined;
    const { document, operation } = found;
    const name = `${method} ${route} ${status}`;
    const response = resolve(at(operation, 'responses', String(status)), document);
    if (response === undefined) return `${name}: the document has no such status`;
    const content = at(response, 'content');
    if (content === undefined) return body === '' ? undefined : `${name}: the document has no body`;
    const [type = ''] = contentType.split(';');
    const schema = at(content, type, 'schema');
    if (schema === undefined) return `${name}: the document has no body of the type ${type}`;
    const check = faults.get(schema) ?? compile(schema, document);
    faults.set(schema, check);
    const fault = check(JSON.parse(body) as Json);
    return fault === undefined ? undefined : `${name}: ${fault} in ${body.slice(0, 300)}`;
  };
}

/** Makes a server compare each of its answers with its documents. @returns the faults, which grow with the answers. */
export function checkAnswers(app: FastifyInstance): readonly string[] {
  const faults: string[] = [];
  let check: Promise<ReturnType<typeof answerCheck>> | undefined;
  const documents = async () =>
    await Promise.all(
      ['v1.0', 'v2'].map(async (name) => (await app.inject(`/openapi/${name}.json`)).json<JsonObject>()),
    );
  app.addHook('onSend', async (request, reply, payload) => {
    const { url: route = '' } = request.routeOptions;
    const body =
      payload instanceof Uint8Array ? Buffer.from(payload).toString() : typeof payload === 'string' ? payload : '';
    if (!route.startsWith('/api/') || /[?&]envelope=true/i.test(request.url) || request.method === 'HEAD')
      return payload;
    check ??= documents().then(answerCheck);
    const contentType = String(reply.getHeader('content-type') ?? '');
    const fault = (await check)({
      method: request.method.toLowerCase(),
      route,
      status: reply.statusCode,
      contentType,
      body,
    });
    if (fault !== undefined) faults.push(fault);
    return payload;
  });
  return faults;
}

/** Fails if an answer was not as documented. */
export function assertNoFaults(faults: readonly string[]): void {
  assert.deepEqual([...new Set(faults)], [], 'answers that the OpenAPI documents do not describe');
}

function compile(schema: JsonObject, document: JsonObject): (body: Json) => string | undefined {
  const validator = Compile(closedSchema(inline(schema, document) as JsonObject));
  return (body) => {
    if (validator.Check(body)) return undefined;
    const [first] = validator.Errors(body);
    return `${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'} (${JSON.stringify(first?.params)})`;
  };
}

function at(value: Json | undefined, ...keys: readonly string[]): JsonObject | undefined {
  const found = keys.reduce<Json | undefined>((part, key) => (isJsonObject(part) ? part[key] : undefined), value);
  return isJsonObject(found) ? found : undefined;
}

/** Follows the reference of an object, if it is one. */
function resolve(value: JsonObject | undefined, document: JsonObject): JsonObject | undefined {
  const reference = value?.['$ref'];
  return typeof reference === 'string' ? at(document, ...reference.split('/').slice(1)) : value;
}

function inline(value: Json, document: JsonObject): Json {
  if (Array.isArray(value)) return value.map((part: Json) => inline(part, document));
  if (!isJsonObject(value)) return value;
  if (typeof value['$ref'] === 'string') return inline(resolve(value, document) ?? {}, document);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inline(part, document)]));
}
