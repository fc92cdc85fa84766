import type { TSchema } from 'typebox';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';

/** The named schemas and responses of a document. */
export interface Components {
  /** Returns a schema for the document. A part with `$id` becomes a reference, and its schema is kept under that name. */
  refer(schema: TSchema): Json;
  /** Returns the reference to a response, and keeps the response under the name. */
  referResponse(name: string, response: JsonObject): JsonObject;
  /** All that was referred to, by name, in alphabetical order. */
  kept(): { readonly schemas: JsonObject; readonly responses: JsonObject };
}

export function createComponents(): Components {
  const named = new Map<string, JsonObject>();
  const responses = new Map<string, JsonObject>();

  const convert = (schema: unknown): Json => {
    if (Array.isArray(schema)) return schema.map(convert);
    if (!isJsonObject(schema)) return schema as Json;
    // TypeBox's own properties, such as `~kind`, are not enumerable.
    const { $id, ...facts } = schema;
    const converted = Object.fromEntries(Object.entries(facts).map(([key, part]) => [key, convert(part)]));
    if (typeof $id !== 'string') return converted;
    const known = named.get($id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(converted)) {
      throw new Error(`two different schemas have the name ${$id}`);
    }
    named.set($id, converted);
    return { $ref: `#/components/schemas/${$id}` };
  };

  return {
    refer: convert,
    referResponse(name, response) {
      responses.set(name, response);
      return { $ref: `#/components/responses/${name}` };
    },
    kept: () => ({ schemas: sorted(named), responses: sorted(responses) }),
  };
}

function sorted(values: ReadonlyMap<string, JsonObject>): JsonObject {
  return Object.fromEntries([...values].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
