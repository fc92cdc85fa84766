import { isJsonObject, type Json } from '../kernel/json.ts';

/**
 * Returns the body without attributes that are null, unless their schema permits null. Such an attribute counts as absent, because clients of
 * typed languages send null for a list that they leave empty: Terraform sends `"policies":null` with a schedule.
 */
export function withoutNullAttributes(schema: unknown, value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (!isJsonObject(value)) {
    const items = part(schema, 'items');
    return items === undefined ? value : value.map((item) => withoutNullAttributes(items, item));
  }
  const properties = part(schema, 'properties');
  if (properties === undefined) return value;
  const kept = Object.entries(value).flatMap(([name, given]): [string, Json][] => {
    const property = part(properties, name);
    if (property === undefined) return [[name, given]];
    return given === null && !permitsNull(property) ? [] : [[name, withoutNullAttributes(property, given)]];
  });
  return Object.fromEntries(kept);
}

/** Whether null is a value of the schema. A schema without any rule permits every value. */
export function permitsNull(schema: unknown): boolean {
  const branches = part(schema, 'anyOf');
  if (Array.isArray(branches)) return branches.some(permitsNull);
  const values = part(schema, 'enum');
  if (Array.isArray(values)) return values.includes(null);
  const type = part(schema, 'type');
  return type === undefined ? part(schema, 'const') === undefined : type === 'null';
}

function part(schema: unknown, name: string): unknown {
  return isJsonObject(schema) && Object.hasOwn(schema, name) ? schema[name] : undefined;
}
