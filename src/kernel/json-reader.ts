import { Type, type Static, type TProperties, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { JsonObject } from './json.ts';

/** A count: a safe integer, at least 0. */
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** 64 lower-case hex digits. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** A JSON object with any fields. */
export const AnyObject = Type.Unsafe<JsonObject>(Type.Object({}));

/** Checks a parsed JSON value and returns it with the schema's type. @throws Error that names the wrong field and its valid values. */
export type JsonReader<Schema extends TSchema> = (value: unknown) => Static<Schema>;

/**
 * Creates a reader of parsed JSON. All JSON that was stored or comes from outside is read so, except the bodies of
 * requests (http/body.ts). Fields that the schema does not name are kept, because a newer version may have written
 * them. The schema is compiled at the first use, because a command that reads no manifest should not wait for its
 * schema.
 */
export function jsonReader<Schema extends TSchema>(schema: Schema): JsonReader<Schema> {
  let validator: Validator<TProperties, Schema> | undefined;
  return (value) => {
    validator ??= Compile(schema);
    if (validator.Check(value)) return value;
    throw new Error(whatIsWrong(validator.Errors(value)));
  };
}

/**
 * Creates a reader of JSON text. Its errors repeat no part of the text, because a text may hold a secret, and `JSON.parse` quotes
 * what it cannot parse.
 */
export function jsonTextReader<Schema extends TSchema>(schema: Schema): (text: string) => Static<Schema> {
  const read = jsonReader(schema);
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (thrown) {
      const [place] = thrown instanceof Error ? (/line \d+ column \d+/.exec(thrown.message) ?? []) : [];
      throw new Error(`it is not valid JSON${place === undefined ? '' : ` (${place})`}`);
    }
    return read(value);
  };
}

interface Violation {
  readonly keyword: string;
  /** The JSON Pointer (RFC 6901) of the value. */
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

function whatIsWrong([first]: readonly Violation[]): string {
  if (first === undefined) return 'it does not have the expected form';
  const { keyword, instancePath, params, message } = first;
  const field = fieldName(instancePath);
  // A schema without additional properties has the schema `false` for them.
  if (keyword === 'boolean') return `${field} is unknown`;
  if ('requiredProperties' in params && Array.isArray(params.requiredProperties)) {
    return `${field} lacks ${params.requiredProperties.join(', ')}`;
  }
  const choices = 'allowedValues' in params && Array.isArray(params.allowedValues) ? params.allowedValues : [];
  return `${field} ${message}${choices.length === 0 ? '' : `: ${choices.join(', ')}`}`;
}

/** Converts a JSON Pointer to a name: `/objects/0/key` becomes `objects[0].key`, and the whole value becomes `it`. */
function fieldName(path: string): string {
  const segments = path.split('/').slice(1);
  if (segments.length === 0) return 'it';
  return segments
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((segment, index) => (/^\d+$/.test(segment) ? `[${segment}]` : index === 0 ? segment : `.${segment}`))
    .join('');
}
