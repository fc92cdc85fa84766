import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import type { Json } from '../kernel/json.ts';
import type { ApiError } from './api-error.ts';
import { invalidAttribute, invalidEnumValue, invalidJson, invalidJsonAttribute, missingAttribute } from './errors.ts';

/** Checks a parsed body. Returns Atlas's error for the first fault; undefined if the body is valid. */
export type BodyCheck = (body: Json) => ApiError | undefined;

interface Violation {
  readonly keyword: string;
  readonly schemaPath: string;
  /** The JSON Pointer (RFC 6901) of the value. */
  readonly instancePath: string;
  readonly params: object;
}

/**
 * Compiles a schema. The check refuses attributes that the schema does not name, unless the schema has
 * `additionalProperties`. It refuses strings with NUL or with a lone surrogate, because SQLite and PostgreSQL cannot store them.
 */
export function compileBodyCheck(schema: TSchema): BodyCheck {
  const validator = Compile(closedSchema(schema));
  return (body) => {
    if (!validator.Check(body)) return describe(body, validator.Errors(body));
    const path = unstorableString(body, '');
    return path === undefined ? undefined : invalidJsonAttribute(attributeName(path));
  };
}

/** Returns the JSON Pointer of the first string that a database cannot store. */
function unstorableString(value: Json, path: string): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, part] of Object.entries<Json>(value)) {
    const found = unstorableString(part, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the schema as a body is checked: objects have no attributes that it does not name, unless it says so. */
export function closedSchema(schema: TSchema): TSchema {
  return closed(schema) as TSchema;
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]));
  const isOpen = copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}

// Reports the first fault in a fixed order, because equal bodies must get equal answers.
function describe(body: Json, violations: readonly Violation[]): ApiError {
  const unknown = violations.find(({ schemaPath }) => schemaPath.endsWith('/additionalProperties'));
  if (unknown !== undefined) return invalidAttribute(attributeName(unknown.instancePath));

  const missing = violations.find(({ keyword }) => keyword === 'required');
  const wrong = violations.find(({ keyword }) => keyword !== 'required');
  if (wrong !== undefined) return describeValue(body, wrong.instancePath, violations);
  if (missing === undefined) return invalidJson();
  return missingAttribute(attributeName(`${missing.instancePath}/${firstMissing(missing)}`));
}

function describeValue(body: Json, path: string, violations: readonly Violation[]): ApiError {
  if (path === '') return invalidJson();
  const value = valueAt(body, path);
  const name = attributeName(path);
  const here = violations.filter(({ instancePath }) => instancePath === path);
  const wrongType = new Set(here.filter(({ keyword }) => keyword === 'type').map(({ schemaPath }) => schemaPath));
  // In a union, only the branches of the value's own type describe its fault.
  const sameType = here.filter(({ keyword, schemaPath }) => keyword !== 'anyOf' && !wrongType.has(schemaPath));
  const [telling] = sameType;
  if (telling === undefined || typeof value === 'object') return invalidJsonAttribute(name);
  if (sameType.some(({ keyword }) => keyword === 'const' || keyword === 'enum')) {
    return typeof value === 'string' ? invalidEnumValue(value) : invalidAttribute(name);
  }
  return telling.keyword === 'pattern' || telling.keyword === 'format'
    ? invalidJsonAttribute(name)
    : invalidAttribute(name);
}

function firstMissing({ params }: Violation): string {
  const names: unknown = 'requiredProperties' in params ? params.requiredProperties : undefined;
  return Array.isArray(names) && typeof names[0] === 'string' ? names[0] : '';
}

function valueAt(body: Json, path: string): unknown {
  return segments(path).reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([name]) => name === key)?.[1]
        : undefined,
    body,
  );
}

/** Converts a JSON Pointer to Atlas's notation: `/customData/0/key` becomes `customData[0].key`. */
function attributeName(path: string): string {
  return segments(path)
    .map((segment, index) => (/^\d+$/.test(segment) ? `[${segment}]` : index === 0 ? segment : `.${segment}`))
    .join('');
}

function segments(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
