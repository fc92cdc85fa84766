import { Type, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { JsonObject } from '../../kernel/json.ts';
import type { Access, Operation, OperationVersion } from '../operation.ts';
import { MAX_ITEMS_PER_PAGE, MAX_PAGE_NUM, DEFAULT_ITEMS_PER_PAGE } from '../paging.ts';
import { parameterSchema } from '../path-parameters.ts';
import { mediaType, versionsOf, type Api } from '../versions.ts';
import type { Components } from './components.ts';
import { parameterNames } from './path.ts';
import { requestSchema } from './request-schema.ts';
import { errorReferences } from './responses.ts';

interface Described {
  readonly api: Api;
  readonly operation: Operation;
  /** The versions in the API, oldest first. */
  readonly versions: readonly OperationVersion[];
  readonly tag: string;
  readonly components: Components;
}

/** Describes an operation in one API. */
export function describeOperation({ api, operation, versions, tag, components }: Described): JsonObject {
  const { summary, access, takesStream = false } = operation;
  const body = takesStream ? { content: { 'application/octet-stream': {} } } : requestBody(versions, components);
  return {
    operationId: documentedId(api, operation),
    summary: `${summary}.`,
    description: describeAccess(access),
    tags: [tag],
    ...(api === 'longshore' && { 'x-longshore-extension': true }),
    ...(access.scope !== 'authenticated' && { 'x-roles': [...access.anyOf] }),
    parameters: [...pathParameters(operation, components), ...queryParameters(operation, versions, components)],
    ...(body && {
      requestBody: {
        required: versions.some(({ body: schema }) => schema !== undefined && !Value.Check(schema, {})),
        ...body,
      },
    }),
    responses: {
      ...successes(versions, components),
      ...errorReferences(api, operation, body !== undefined, components),
    },
  };
}

/** Returns the id of an operation in one API. The ids of a document differ, and operations may be in two of its APIs. */
export function documentedId(api: Api, { id, versions }: Pick<Operation, 'id' | 'versions'>): string {
  if (api === 'v1.5') return `${id}_1_5`;
  const isTwice = api === 'longshore' && versionsOf('v2', versions).length > 0;
  return isTwice ? `${id}_longshore` : id;
}

function describeAccess(access: Access): string {
  if (access.scope === 'authenticated') return 'Every caller with valid credentials may call it.';
  const roles = access.anyOf.map((role) => `\`${role}\``).join(' or ');
  const where = access.scope === 'group' ? 'the project' : 'the organization';
  const itself = access.scope === 'organization' && access.orApiKeyItself === true;
  return `Needs the role ${roles} in ${where}, or one that includes it${itself ? '; the API key itself needs none' : ''}.`;
}

function pathParameters({ path, pathValues = {} }: Operation, components: Components): readonly JsonObject[] {
  return parameterNames(path).map((name) => {
    const values = pathValues[name];
    const schema = values === undefined ? parameterSchema(name) : Type.String({ enum: values });
    return { name, in: 'path', required: true, schema: components.refer(schema) };
  });
}

const FORM = {
  envelope: Type.Boolean({
    default: false,
    description: 'Whether the answer has the status 200 and wraps its status and its body in a document.',
  }),
  pretty: Type.Boolean({ default: false, description: 'Whether the answer is printed for people.' }),
};

const PAGE = {
  includeCount: Type.Boolean({ default: true, description: 'Whether the answer has `totalCount`.' }),
  itemsPerPage: Type.Integer({ default: DEFAULT_ITEMS_PER_PAGE, minimum: 1, maximum: MAX_ITEMS_PER_PAGE }),
  pageNum: Type.Integer({ default: 1, minimum: 1, maximum: MAX_PAGE_NUM }),
};

function queryParameters(
  { query = {} }: Operation,
  versions: readonly OperationVersion[],
  components: Components,
): readonly JsonObject[] {
  const isPaged = versions.some(({ answers }) => answers.isPage === true);
  const all: Readonly<Record<string, TSchema>> = { ...FORM, ...(isPaged && PAGE), ...query };
  return Object.entries(all).map(([name, schema]) => ({ name, in: 'query', schema: components.refer(schema) }));
}

function requestBody(versions: readonly OperationVersion[], components: Components): JsonObject | undefined {
  return content(versions, components, ({ body }) => body && requestSchema(body));
}

function successes(versions: readonly OperationVersion[], components: Components): JsonObject {
  const byStatus = Map.groupBy(
    versions.filter(({ answers }) => answers.status !== undefined),
    ({ answers }) => String(answers.status),
  );
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      { description: 'Success.', ...content(those, components, ({ answers }) => answers.body) },
    ]),
  );
}

/** Returns the schemas of versions by media type, the newest first, because viewers show the first; undefined if no version has one. */
function content(
  versions: readonly OperationVersion[],
  components: Components,
  schemaOf: (version: OperationVersion) => TSchema | undefined,
): { readonly content: JsonObject } | undefined {
  const entries = versions.toReversed().flatMap((version): [string, JsonObject][] => {
    const schema = schemaOf(version);
    return schema === undefined
      ? []
      : [[mediaType(version.version), { schema: components.refer(schema), ...sunset(version) }]];
  });
  return entries.length === 0 ? undefined : { content: Object.fromEntries(entries) };
}

/** Names the day on which a superseded version ends. */
function sunset({ superseded }: OperationVersion): JsonObject {
  return superseded?.sunset === undefined ? {} : { 'x-sunset': new Date(superseded.sunset).toISOString().slice(0, 10) };
}
