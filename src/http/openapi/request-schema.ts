import type { TSchema } from 'typebox';
import { isJsonObject } from '../../kernel/json.ts';
import { closedSchema } from '../body-schema.ts';
import { permitsNull } from '../null-attributes.ts';

/**
 * Returns the schema that a body has for clients: an attribute without a name in the schema is refused, and null for an optional
 * attribute counts as its absence.
 */
export function requestSchema(schema: TSchema): TSchema {
  return withNull(closedSchema(schema)) as TSchema;
}

function withNull(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema;
  const { properties, items, required } = schema;
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  return {
    ...schema,
    ...(items !== undefined && { items: withNull(items) }),
    ...(isJsonObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => {
          const part = withNull(property);
          return [name, names.includes(name) || permitsNull(property) ? part : { anyOf: [part, { type: 'null' }] }];
        }),
      ),
    }),
  };
}
