import { Type, type Static } from 'typebox';
import { isJsonObject, type Json, type JsonObject } from '../../src/kernel/json.ts';

// Compares an OpenAPI document with the facts about Atlas's operations.

const Parameter = Type.Object({
  name: Type.String(),
  type: Type.String(),
  in: Type.Optional(Type.String()),
  pattern: Type.Optional(Type.String()),
  default: Type.Optional(Type.Unknown()),
  enum: Type.Optional(Type.Array(Type.String())),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
});
const Field = Type.Object({
  name: Type.String(),
  type: Type.String(),
  required: Type.Boolean(),
  readOnly: Type.Optional(Type.Boolean()),
  enum: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()]))),
  /** The list of values is shortened. */
  enumRef: Type.Optional(Type.String()),
  /** The field belongs to some kinds of the document only. */
  when: Type.Optional(Type.Unknown()),
});
const Schema = Type.Object({ fields: Type.Optional(Type.Array(Field)), sameShapeAs: Type.Optional(Type.String()) });

const ClientBody = Type.Union([
  Type.Object({ fields: Type.Optional(Type.Record(Type.String(), Type.String())) }),
  Type.Null(),
]);

/** What is known of an operation of Atlas. Schemas and statuses are by media type. */
export const AtlasOperation = Type.Object({
  operationId: Type.String(),
  method: Type.String(),
  v1Path: Type.Union([Type.String(), Type.Null()]),
  v2Path: Type.Union([Type.String(), Type.Null()]),
  sunset: Type.Optional(Type.Record(Type.String(), Type.String())),
  pathParams: Type.Array(Parameter),
  queryParams: Type.Array(Parameter),
  requestSchemas: Type.Record(Type.String(), Schema),
  responseSchemas: Type.Record(Type.String(), Schema),
  successStatus: Type.Union([Type.Record(Type.String(), Type.Integer()), Type.Null()]),
  errorStatuses: Type.Array(Type.Integer()),
  /** The attributes of the bodies that a public client of v1.0 sends and reads. */
  v1ClientBodies: Type.Optional(Type.Union([Type.Object({ request: Type.Optional(ClientBody) }), Type.Null()])),
});
export type AtlasOperation = Static<typeof AtlasOperation>;

/** An operation of a document, and the document itself. */
export interface DocumentedOperation {
  readonly document: JsonObject;
  readonly operation: JsonObject;
}

/** The resource version that v1.0 is the same as, in another path and without a date in its media type. */
const V1_VERSION = 'application/vnd.atlas.2023-01-01+json';
const V1_TYPE = 'application/json';

/** What is known of an operation in v1.0: it is as in the version of 2023-01-01. Undefined if v1.0 does not have it. */
export function inV1(atlas: AtlasOperation): AtlasOperation | undefined {
  if (atlas.v1Path?.startsWith('/api/atlas/v1.0') !== true) return undefined;
  const only = <Facts>(facts: Readonly<Record<string, Facts>>): Record<string, Facts> => {
    const { [V1_VERSION]: fact } = facts;
    return fact === undefined ? {} : { [V1_TYPE]: fact };
  };
  return {
    ...atlas,
    requestSchemas: only(atlas.requestSchemas),
    responseSchemas: only(atlas.responseSchemas),
    successStatus: atlas.successStatus && only(atlas.successStatus),
  };
}

/** Lists the attributes that a public client of v1.0 sends, and that are not taken. */
export function refusedOfClients(
  atlas: AtlasOperation,
  { document, operation }: DocumentedOperation,
): readonly string[] {
  const schema = at(operation, 'requestBody', 'content', V1_TYPE, 'schema');
  const sent = Object.keys(atlas.v1ClientBodies?.request?.fields ?? {});
  if (schema === undefined) return [];
  const taken = new Set(
    [...flatten(schema, document).keys()].map((name) => name.replace(/^\[\]\./, '').split(/[.[]/)[0]),
  );
  return sent
    .filter((name) => !taken.has(name))
    .map((name) => `${atlas.operationId} client ${name}: is not taken here`);
}

/** Describes each difference in one line: where it is, and what Atlas and the document say. */
export function differences(atlas: AtlasOperation, { document, operation }: DocumentedOperation): readonly string[] {
  const say = (place: string, text: string): string => `${atlas.operationId} ${place}: ${text}`;
  return [
    ...parameterDifferences(atlas, document, operation).map(([place, text]) => say(place, text)),
    ...Object.entries(atlas.successStatus ?? {}).flatMap(([type, status]) => {
      const [ours] = Object.keys(object(operation['responses'])).filter((each) => each.startsWith('2'));
      const place = `${dateOf(type)} status`;
      return ours === String(status) ? [] : [say(place, `${status} in Atlas, ${ours ?? 'none'} here`)];
    }),
    ...atlas.errorStatuses
      .filter((status) => object(operation['responses'])[String(status)] === undefined)
      .map((status) => say('errors', `${status} is not here`)),
    ...Object.entries(atlas.requestSchemas).flatMap(([type, { fields = [] }]) => {
      // Of a list, only that it is one is known.
      if (fields.length === 0) return [];
      const schema = at(operation, 'requestBody', 'content', type, 'schema');
      if (schema === undefined) return [say(`${dateOf(type)} request`, 'no body here')];
      return requestDifferences(fields, flatten(schema, document)).map(([name, text]) =>
        say(`${dateOf(type)} request ${name}`, text),
      );
    }),
    ...Object.entries(atlas.responseSchemas).flatMap(([type, { fields = [] }]) => {
      const content = Object.values(object(operation['responses'])).map((response) =>
        at(response, 'content', type, 'schema'),
      );
      const schema = content.find((each) => each !== undefined);
      if (schema === undefined || fields.length === 0) return [];
      return responseDifferences(fields, flatten(schema, document)).map(([name, text]) =>
        say(`${dateOf(type)} response ${name}`, text),
      );
    }),
  ];
}

type Difference = readonly [place: string, text: string];

function parameterDifferences(
  atlas: AtlasOperation,
  document: JsonObject,
  operation: JsonObject,
): readonly Difference[] {
  const ours = new Map<string, JsonObject>(
    array(operation['parameters']).map((parameter) => {
      const { name, in: place, schema } = object(parameter);
      return [`${text(place)} ${text(name)}`, object(resolve(schema, document))] as const;
    }),
  );
  const theirs = [
    ...atlas.pathParams.map((parameter) => ({ ...parameter, in: 'path' })),
    ...atlas.queryParams.map((parameter) => ({ ...parameter, in: parameter.in ?? 'query' })),
  ];
  const known = new Set(theirs.map((parameter) => `${parameter.in} ${parameter.name}`));
  return [
    ...theirs.flatMap((parameter): Difference[] => {
      const place = `${parameter.in} ${parameter.name}`;
      const schema = ours.get(place);
      if (schema === undefined) return [[place, 'is not here']];
      const facts: readonly Difference[] = [
        ['type', differs(parameter.type.split(':')[0], schema['type'])],
        ['pattern', differs(plainPattern(parameter.pattern), plainPattern(schema['pattern']))],
        ['values', differs(parameter.enum?.toSorted().join(), valuesOf(schema))],
        ['default', differs(parameter.default, schema['default'])],
        ['minimum', differs(parameter.min, schema['minimum'])],
        ['maximum', differs(parameter.max, schema['maximum'])],
      ];
      return facts.filter(([, text]) => text !== '').map(([name, text]) => [`${place} ${name}`, text]);
    }),
    ...[...ours.keys()].filter((place) => !known.has(place)).map((place): Difference => [place, 'is not in Atlas']),
  ];
}

/** A request of Atlas's clients must be taken: nothing is stricter here. */
function requestDifferences(fields: readonly Static<typeof Field>[], ours: Flat): readonly Difference[] {
  const known = new Set(fields.map(({ name }) => name));
  return [
    ...fields.flatMap(({ name, type, enum: values = [], required, when }): Difference[] => {
      const here = ours.get(name);
      if (here === undefined) return isBelowAny(name, ours) ? [] : [[name, 'is not taken here']];
      const lacking = values.filter((value) => here.values !== undefined && !here.values.has(value));
      const optional = fields.some((field) => field.name === name && !field.required) || when !== undefined;
      return [
        ...typeDifference(name, type, here),
        ...(lacking.length > 0 ? [[name, `${lacking.join()} is refused here`] as const] : []),
        ...(here.required && (!required || optional) ? [[name, 'is required only here'] as const] : []),
      ];
    }),
    ...[...ours.keys()].filter((name) => !known.has(name)).map((name): Difference => [name, 'is not in Atlas']),
  ];
}

/** An answer must be one that Atlas's clients understand: it has what they need, and no value that they do not know. */
function responseDifferences(fields: readonly Static<typeof Field>[], ours: Flat): readonly Difference[] {
  const known = Map.groupBy(fields, ({ name }) => name);
  const missing = fields.filter(
    ({ name, required, when }) =>
      required && when === undefined && ours.get(name)?.required !== true && isWithinKnown(name, ours),
  );
  return [
    ...missing.map(({ name }): Difference => [name, 'is required in Atlas, and may be absent here']),
    ...[...ours].flatMap(([name, here]): Difference[] => {
      const theirs = known.get(name);
      if (theirs === undefined)
        return fields.some((field) => name.startsWith(field.name)) ? [] : [[name, 'is not in Atlas']];
      const values = theirs.some((field) => field.enum === undefined || field.enumRef !== undefined)
        ? undefined
        : new Set<Json>(theirs.flatMap((field) => field.enum ?? []));
      const unknown = values === undefined ? [] : [...(here.values ?? [])].filter((value) => !values.has(value));
      return [
        ...typeDifference(name, theirs[0]?.type ?? '', here),
        ...(unknown.length > 0 ? [[name, `${unknown.map(String).join()} is not in Atlas`] as const] : []),
      ];
    }),
  ];
}

function typeDifference(name: string, type: string, here: FlatField): readonly Difference[] {
  const [theirs = ''] = type.split(/[:<]/);
  const same = here.types.size === 0 || here.types.has(theirs) || (theirs === 'number' && here.types.has('integer'));
  return same ? [] : [[name, `is ${theirs} in Atlas, ${[...here.types].join(' or ')} here`]];
}

interface FlatField {
  types: Set<string>;
  /** Undefined: any. */
  values: Set<Json> | undefined;
  required: boolean;
}
type Flat = Map<string, FlatField>;

/** Lists the attributes of a schema by their paths: `results[].links[].href`. Null is no type of its own. */
function flatten(schema: Json, document: JsonObject): Flat {
  const flat: Flat = new Map();
  const walk = (part: Json | undefined, path: string, required: boolean): void => {
    const {
      properties,
      items,
      anyOf,
      type,
      enum: values,
      const: value,
      required: names,
    } = object(resolve(part, document));
    const branches = array(anyOf).filter((branch) => object(branch)['type'] !== 'null');
    if (branches.length > 0) {
      if (path === '')
        mergeKinds(
          flat,
          branches.map((branch) => flatten(branch, document)),
        );
      else for (const branch of branches) walk(branch, path, required);
      return;
    }
    if (path !== '') {
      const known = values === undefined ? (value === undefined ? undefined : [value]) : array(values);
      merge(flat, path, {
        types: new Set(typeof type === 'string' ? [type] : array(known).map((each) => typeof each)),
        values: known === undefined ? undefined : new Set(known),
        required,
      });
    }
    for (const [name, property] of Object.entries(object(properties))) {
      walk(property, path === '' ? name : `${path}.${name}`, array(names).includes(name));
    }
    if (items === undefined) return;
    for (const [name, field] of flatten(items, document)) merge(flat, `${path}[].${name}`, field);
  };
  walk(schema, '', true);
  return flat;
}

/** Adds the attributes of a document that is of one of several kinds. It requires what every kind requires. */
function mergeKinds(flat: Flat, kinds: readonly Flat[]): void {
  for (const kind of kinds) {
    for (const [name, field] of kind) {
      merge(flat, name, { ...field, required: kinds.every((each) => each.get(name)?.required) });
    }
  }
}

function merge(flat: Flat, name: string, field: FlatField): void {
  const known = flat.get(name);
  if (known === undefined) {
    flat.set(name, field);
    return;
  }
  for (const type of field.types) known.types.add(type);
  if (known.values !== undefined && field.values !== undefined)
    for (const value of field.values) known.values.add(value);
  else known.values = undefined;
  known.required &&= field.required;
}

/** Whether the attribute is inside one that is taken whatever it holds. */
function isBelowAny(name: string, ours: Flat): boolean {
  const parents = name.split(/(?=[.[])/).map((_, index, parts) => parts.slice(0, index).join('').replace(/\[\]$/, ''));
  return parents.some((parent) => parent !== '' && ours.get(parent)?.types.size === 0);
}

/** Whether the attribute is at the top, or inside an attribute that there is here. */
function isWithinKnown(name: string, ours: Flat): boolean {
  const parent = name.replace(/(\[\])?\.?[^.[]*$/, '').replace(/\[\]$/, '');
  return parent === '' || ours.has(parent);
}

const differs = (theirs: unknown, ours: unknown): string =>
  theirs === ours ? '' : `${String(theirs)} in Atlas, ${String(ours)} here`;

/** A pattern without the parentheses around the whole. */
function plainPattern(pattern: unknown): unknown {
  return typeof pattern === 'string' ? pattern.replace(/^\^\((.*)\)\$$/, '^$1$').replaceAll('\\d', '0-9') : pattern;
}

function dateOf(mediaType: string): string {
  return /\d{4}-\d\d-\d\d/.exec(mediaType)?.[0] ?? mediaType;
}

function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((part, key) => (isJsonObject(part) ? part[key] : undefined), value);
}

function resolve(value: Json | undefined, document: JsonObject): Json | undefined {
  const reference = at(value, '$ref');
  return typeof reference === 'string' ? at(document, ...reference.split('/').slice(1)) : value;
}

/** The values of a parameter, sorted; undefined: any. */
function valuesOf(schema: JsonObject): string | undefined {
  const { enum: values } = schema;
  return values === undefined ? undefined : array(values).map(text).toSorted().join();
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
const array = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
